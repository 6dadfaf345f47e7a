export { migrate } from './migrate.js';
export { openProgress } from './progress-file.js';
