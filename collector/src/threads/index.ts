export { type Handlers, RemoteFault, type RemoteCalls, remoteCalls, serveCalls } from './remote-calls.js';
