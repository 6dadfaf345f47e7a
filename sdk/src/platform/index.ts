export { later } from './later.js';
export type { Platform } from './platform.js';
export { type ExporterMeans, refusedExporters } from './refused-exporters.js';
export { requestWaitUntil, type WaitUntil } from './wait-until.js';
