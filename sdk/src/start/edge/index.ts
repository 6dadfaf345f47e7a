export { init } from './edge-init.js';
