export { type ApiOptions, createApi } from './api.js';
export type { Erasures } from './erasure-routes.js';
export type { HealthReport, PartHealth } from './health.js';
export type { About } from './status-route.js';
