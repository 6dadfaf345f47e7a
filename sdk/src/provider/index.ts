export { globalProvider, joinProvider } from './join-provider.js';
export { type ActiveProvider, installProvider, type OwnProviderOptions } from './own-provider.js';
export { randomIds } from './random-ids.js';
