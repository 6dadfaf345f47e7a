export type { Health, NoveumClient } from './client.js';
export { healthOf } from './health-of.js';
export { stoppedClient } from './stopped-client.js';
