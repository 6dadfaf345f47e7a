import type { Telemetry } from './telemetry/index.js';

const SLOW_MILLIS = 1_000;

/** Says how far a step is, once it lasts over a second. */
export const progressLog = ({ log }: Telemetry, step: string) => {
  const started = Date.now();
  let told = started;
  return (done: number, total: number): void => {
    const now = Date.now();
    if (now - started < SLOW_MILLIS || (now - told < SLOW_MILLIS && done < total)) return;
    told = now;
    log.info({ step, done, total }, 'progress');
  };
};
