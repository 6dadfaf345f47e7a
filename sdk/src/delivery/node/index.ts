import thread from './thread-url.cjs';

export { startNodeThread, type ThreadData } from './node-thread.js';
export const { threadUrl } = thread;
