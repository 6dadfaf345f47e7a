import type { StreamEnding } from './observer.js';

/** A stream that nobody asks for a chunk for so long is taken for left. */
export const IDLE_LIMIT_MILLIS = 5 * 60_000;
const SWEEP_MILLIS = 30_000;

/** More than this are open at once: the oldest is ended as evicted, so that what is held stays bounded. */
export const MAX_OPEN = 10_000;

/** What ends the span of one stream. */
export interface OpenStream {
  end(ending: StreamEnding): void;
  isIdleAt(nowMillis: number, limitMillis: number): boolean;
}

/** Insertion order is age. Holds no stream, only what ends its span: what nobody else holds can be collected. */
const open = new Set<OpenStream>();

/** Not every edge runtime has it: there the idle limit ends what is abandoned. */
const abandoned =
  typeof FinalizationRegistry === 'function'
    ? new FinalizationRegistry<OpenStream>((tap) => {
        tap.end('abandoned');
      })
    : undefined;

let sweeper: ReturnType<typeof setInterval> | undefined;

const stopSweeping = (): void => {
  if (sweeper !== undefined) clearInterval(sweeper);
  sweeper = undefined;
};

/** Ends those that are idle at this time, of `performance.now()`. */
export const endIdleStreams = (nowMillis: number): void => {
  for (const tap of open) if (tap.isIdleAt(nowMillis, IDLE_LIMIT_MILLIS)) tap.end('idle');
};

const startSweeping = (): void => {
  if (sweeper !== undefined) return;
  sweeper = setInterval(() => {
    endIdleStreams(performance.now());
  }, SWEEP_MILLIS);
  // Where timers are numbers, as in a browser, nothing is kept alive by them.
  (sweeper as { unref?: () => void }).unref?.();
};

export const addOpen = (tap: OpenStream, stream: WeakKey): void => {
  const oldest = open.size < MAX_OPEN ? undefined : open.values().next().value;
  oldest?.end('evicted');
  open.add(tap);
  abandoned?.register(stream, tap, tap);
  startSweeping();
};

export const removeOpen = (tap: OpenStream): void => {
  if (!open.delete(tap)) return;
  abandoned?.unregister(tap);
  if (open.size === 0) stopSweeping();
};

/** Ends the spans of all streams that are still open, before a process exits or the SDK shuts down. Says how many. */
export const endOpenStreams = (): number => {
  const taps = [...open];
  for (const tap of taps) tap.end('exit');
  return taps.length;
};
