export { createInit, getClient } from './create-init.js';
