export { nodeGzip } from './gzip.js';
export { createNodeTransport, type NodeTransportOptions } from './http-transport.js';
export type { TlsOptions } from './tls.js';
