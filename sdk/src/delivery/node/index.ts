import thread from './thread-url.cjs';

export { startNodeThread } from './node-thread.js';
export const { threadUrl } = thread;
