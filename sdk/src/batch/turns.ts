import type { Turns } from './batching.js';

interface Immediate {
  setImmediate?: (work: () => void) => unknown;
}

/** Of Node, and of runtimes that know timers only. */
export const eventLoopTurns = (): Turns => {
  const { setImmediate } = globalThis as Immediate;
  return {
    soon: setImmediate === undefined ? (work) => void setTimeout(work, 0) : (work) => void setImmediate(work),
    later: (work, delayMillis) => {
      const timer: unknown = setTimeout(work, delayMillis);
      (timer as { unref?: () => void }).unref?.();
      return {
        cancel: () => {
          clearTimeout(timer as NodeJS.Timeout);
        },
      };
    },
    nowMillis: () => performance.now(),
  };
};
