export { nodeRuntimeAttributes } from './node-runtime.js';
