export { portableRuntimeAttributes } from './portable-runtime.js';
export { type Distribution, resourceAttributesOf, toldOfResource } from './resource-attributes.js';
export { SDK_NAME, SDK_VERSION } from './version.js';
