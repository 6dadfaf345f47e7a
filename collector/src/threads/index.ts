export { type PreparedThread, prepareThread, workOf } from './prepared-thread.js';
export { type Handlers, type RemoteCalls, remoteCalls, serveCalls } from './remote-calls.js';
