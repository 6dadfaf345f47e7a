export { startNodeThread } from './node-thread.js';
