export { createIntervals } from './intervals.js';
export type { RunInside, StreamEnding, StreamObserver, StreamOptions } from './observer.js';
export { addOpen, endOpenStreams, type OpenStream, removeOpen } from './open-streams.js';
export { isPromiseLike, methodOf, shadow } from './shadow.js';
export { watchStream } from './watch.js';
