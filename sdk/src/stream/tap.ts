import type { StreamEnding, StreamOptions } from './observer.js';
import { type OpenStream, removeOpen } from './open-streams.js';

const isAbort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && /abort/i.test(String((error as { name?: unknown }).name));

/**
 * Between one stream and its observer: sees to it that each chunk is told once, however many branches read it, and the
 * end once, however it comes. Holds nothing of the stream itself.
 */
export interface Tap extends OpenStream {
  /** Runs a pull within the span. */
  readonly pull: <T>(run: () => T) => T;
  /** The chunk at this place of the stream: told by whoever comes first. */
  chunk(at: number, value: unknown): void;
  /** A pull is under way: that is not idle. */
  waiting(by: 1 | -1): void;
  /** One more reader of the same stream. */
  branch(): void;
  /** A reader has stopped early; the last one ends the stream. */
  left(): void;
  failed(error: unknown): void;
  end(ending: StreamEnding, result?: unknown): void;
}

export const createTap = ({ observer, onError, runInside }: StreamOptions): Tap => {
  let told = 0;
  let readers = 1;
  let pulls = 0;
  let hasEnded = false;
  let lastMillis = performance.now();

  const finish = (ending: StreamEnding, detail: { error?: unknown; result?: unknown }): void => {
    if (hasEnded) return;
    hasEnded = true;
    removeOpen(tap);
    try {
      observer.end(ending, detail);
    } catch (error) {
      onError(error, 'stream');
    }
  };

  const tap: Tap = {
    pull: runInside,
    chunk: (at, value) => {
      lastMillis = performance.now();
      if (hasEnded || at !== told) return;
      told++;
      try {
        observer.chunk(value);
      } catch (error) {
        onError(error, 'stream');
      }
    },
    waiting: (by) => {
      pulls += by;
      lastMillis = performance.now();
    },
    branch: () => {
      readers++;
    },
    left: () => {
      readers--;
      if (readers <= 0) finish('return', {});
    },
    failed: (error) => {
      finish(isAbort(error) ? 'abort' : 'throw', { error });
    },
    end: (ending, result) => {
      finish(ending, { result });
    },
    isIdleAt: (nowMillis, limitMillis) => pulls === 0 && nowMillis - lastMillis >= limitMillis,
  };
  return tap;
};
