export { type Capture, currentRuntime, type Runtime, setRuntime } from './runtime.js';
