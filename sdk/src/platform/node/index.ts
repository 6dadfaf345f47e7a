export { nodeHost } from './node-host.js';
export { nodePlatform } from './node-platform.js';
export { flushAtProcessEnd, type ProcessEnd } from './process-end.js';
