export { portableRuntimeAttributes } from './portable-runtime.js';
export { type Distribution, resourceAttributesOf } from './resource-attributes.js';
