import { isNodeReadable, watchNodeReadable } from './emitter.js';
import { watchIterable, watchIterator } from './iterators.js';
import type { StreamOptions } from './observer.js';
import { addOpen } from './open-streams.js';
import { watchReadable } from './readable.js';
import { methodOf } from './shadow.js';
import { createTap, type Tap } from './tap.js';

type Watch = (stream: object, tap: Tap) => object;

const isReadableStream = (value: object): value is ReadableStream<unknown> =>
  typeof ReadableStream === 'function' && value instanceof ReadableStream;

const inPlace =
  (watch: (stream: object, tap: Tap) => void): Watch =>
  (stream, tap) => {
    watch(stream, tap);
    return stream;
  };

const WATCH_READABLE: Watch = (stream, tap) => watchReadable(stream as ReadableStream<unknown>, tap);
const WATCH_NODE = inPlace((stream, tap) => {
  watchNodeReadable(stream, tap);
});
const WATCH_ITERABLE = inPlace(watchIterable);
const WATCH_ASYNC = inPlace((stream, tap) => {
  watchIterator(stream, tap, { isAsync: true });
});
const WATCH_SYNC = inPlace((stream, tap) => {
  watchIterator(stream, tap, { isAsync: false });
});

/** Lists, texts, maps and what else is iterable but no iterator are values: nothing is still to come. */
const watchOf = (value: object): Watch | undefined => {
  const isAsync = methodOf(value, Symbol.asyncIterator) !== undefined;
  if (isReadableStream(value)) return value.locked ? undefined : WATCH_READABLE;
  if (isAsync && isNodeReadable(value)) return WATCH_NODE;
  const isIterator = methodOf(value, 'next') !== undefined;
  if (isAsync) return isIterator ? WATCH_ASYNC : WATCH_ITERABLE;
  return isIterator && methodOf(value, Symbol.iterator) !== undefined ? WATCH_SYNC : undefined;
};

/**
 * Watches a stream (async or sync iterator, async iterable, ReadableStream, Node's Readable) up to its end, however it
 * comes; gives back what stands for the stream: itself, but for a plain ReadableStream. Undefined: it is no stream.
 */
export const watchStream = (value: object, createOptions: () => StreamOptions): object | undefined => {
  const watch = watchOf(value);
  if (watch === undefined) return undefined;
  const tap = createTap(createOptions());
  const watched = watch(value, tap);
  addOpen(tap, watched);
  return watched;
};
