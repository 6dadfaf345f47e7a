export { nodeSpoolFiles, type SpoolFiles } from './spool-files.js';
export type { SpoolProcess } from './spool-owner.js';
export { spooling, type SpoolOptions } from './spooling.js';
