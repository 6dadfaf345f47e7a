export { nodeGzip } from './gzip.js';
export { createNodeTransport, type NodeTransportOptions } from './http-transport.js';
export type { TlsOptions } from './tls.js';
export { nodeSpoolFiles, type SpoolFiles, spooling, type SpoolOptions, type SpoolProcess } from './spool/index.js';
