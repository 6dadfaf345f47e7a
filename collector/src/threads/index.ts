export { type Handlers, type RemoteCalls, remoteCalls, serveCalls } from './remote-calls.js';
