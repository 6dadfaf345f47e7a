export { followOptionsFile, type FollowOptions } from './follow-options-file.js';
export { type FoundFile, readOptionsFile } from './options-file.js';
export { threadEnvironment } from './thread-environment.js';
export { type NodeSources, readSources, validateConfig } from './validate-config.js';
export { type WatchedFile, watchOptionsFile, type WatchOptions } from './watch-options-file.js';
