import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Gauge, type Registry } from 'prom-client';

export interface EventLoopWatch {
  /** The longest that the main thread was blocked since the start. */
  maxDelayMillis(): number;
  close(): void;
}

const RESOLUTION_MILLIS = 10;
const NANOS_PER_MILLI = 1e6;

export const watchEventLoop = (registry: Registry): EventLoopWatch => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS });
  delay.enable();
  // The monitor measures from timer to timer, its own interval included.
  const maxDelayMillis = (): number => Math.max(0, delay.max / NANOS_PER_MILLI - RESOLUTION_MILLIS);
  new Gauge({
    name: 'noveum_event_loop_delay_max_seconds',
    help: 'The longest that the main thread was blocked since the start',
    registers: [registry],
    collect() {
      this.set(delay.count === 0 ? 0 : maxDelayMillis() / 1_000);
    },
  });
  return {
    maxDelayMillis,
    close: () => {
      delay.disable();
    },
  };
};
