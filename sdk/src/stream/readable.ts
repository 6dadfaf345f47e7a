import { methodOf, shadow } from './shadow.js';
import type { Tap } from './tap.js';

type GetReader = ReadableStream<Uint8Array<ArrayBuffer>>['getReader'];

const isByteStream = (getReader: GetReader): boolean => {
  try {
    getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
};

/** A stream of the same chunks that tells them as they go. Reads only when it is read. */
const through = (getReader: GetReader, tap: Tap): ReadableStream<unknown> => {
  const isBytes = isByteStream(getReader);
  const reader: ReadableStreamDefaultReader<unknown> = getReader();
  let at = 0;
  const source = {
    pull: async (
      controller: ReadableStreamDefaultController<unknown> | ReadableByteStreamController,
    ): Promise<void> => {
      tap.waiting(1);
      try {
        const { done, value } = await tap.pull(() => reader.read());
        if (done) {
          tap.end('end');
          controller.close();
          if ('byobRequest' in controller) controller.byobRequest?.respond(0);
          return;
        }
        tap.chunk(at++, value);
        (controller as ReadableStreamDefaultController<unknown>).enqueue(value);
      } catch (error) {
        tap.failed(error);
        controller.error(error);
      } finally {
        tap.waiting(-1);
      }
    },
    cancel: async (reason: unknown): Promise<void> => {
      tap.left();
      await reader.cancel(reason);
    },
  };
  if (isBytes) return new ReadableStream({ type: 'bytes' as const, ...source });
  return new ReadableStream<unknown>(source, { highWaterMark: 0 });
};

const METHODS = ['getReader', 'pipeThrough', 'pipeTo', 'tee', 'values', 'cancel', Symbol.asyncIterator] as const;

/** What others have added to a stream, or made of it, isn't to be lost. */
const isPlain = (stream: ReadableStream<unknown>): boolean =>
  Object.getPrototypeOf(stream) === ReadableStream.prototype &&
  Object.keys(stream).length === 0 &&
  !Object.hasOwn(stream, Symbol.asyncIterator);

/**
 * A plain stream is given back as another one of the same kind, so that its chunks are seen wherever it goes
 * (`new Response(stream)`); one with more to it stays the object it is, and is watched by its methods.
 */
export const watchReadable = (stream: ReadableStream<unknown>, tap: Tap): ReadableStream<unknown> => {
  // Bound before it is shadowed.
  const getReader = stream.getReader.bind(stream) as GetReader;
  if (isPlain(stream)) return through(getReader, tap);
  let watched: ReadableStream<unknown> | undefined;
  const readable = (): ReadableStream<unknown> => (watched ??= through(getReader, tap));
  for (const key of METHODS) {
    if (Object.hasOwn(stream, key) || methodOf(stream, key) === undefined) continue;
    shadow(stream, key, (...args: unknown[]) => methodOf(readable(), key)?.apply(readable(), args));
  }
  Object.defineProperty(stream, 'locked', { get: () => watched?.locked ?? false, configurable: true });
  return stream;
};
