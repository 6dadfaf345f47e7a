export { type ApiOptions, createApi } from './api.js';
export { type HealthReport, overallHealth, type PartHealth } from './health.js';
