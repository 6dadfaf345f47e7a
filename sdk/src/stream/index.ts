export { createIntervals } from './intervals.js';
export type { RunInside, StreamEnding, StreamObserver, StreamOptions } from './observer.js';
export {
  addOpen,
  endIdleStreams,
  endOpenStreams,
  IDLE_LIMIT_MILLIS,
  MAX_OPEN,
  type OpenStream,
  removeOpen,
} from './open-streams.js';
export { isPromiseLike, methodOf, shadow } from './shadow.js';
export { watchStream } from './watch.js';
