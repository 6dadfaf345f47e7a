export { portableRuntimeAttributes } from './portable-runtime.js';
export { type Distribution, resourceAttributesOf, toldOfResource } from './resource-attributes.js';
