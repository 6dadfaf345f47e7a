export { toldSummary } from './told-summary.js';
