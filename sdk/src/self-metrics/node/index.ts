export { startPrometheusEndpoint } from './prometheus-endpoint.js';
