/** Two clocks, because the one on the wall may be set. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. */
  unixMillis(): number;
  /** Only goes forward; for durations. */
  monotonicMillis(): number;
  /** Runs the task once after so long, unless what it returns is called before. */
  later(millis: number, task: () => void): () => void;
}

/** Its timers don't keep a process alive: who waits for an export does. */
export const systemClock: Clock = {
  unixMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
  later(millis, task) {
    const timer: unknown = setTimeout(task, millis);
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref();
    return () => {
      clearTimeout(timer as ReturnType<typeof setTimeout>);
    };
  },
};

/** After so long, or as soon as the signal aborts. */
export const waited = (clock: Clock, millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.later(millis, end);
    signal.addEventListener('abort', end);
  });

/** A signal that aborts with the given one, or after so long. */
export interface Deadline {
  readonly signal: AbortSignal;
  isOver(): boolean;
  end(): void;
}

export const deadlineOf = (clock: Clock, millis: number, signal: AbortSignal): Deadline => {
  const controller = new AbortController();
  let over = false;
  const abort = (): void => {
    controller.abort();
  };
  const cancel = clock.later(millis, () => {
    over = true;
    abort();
  });
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    isOver: () => over,
    end() {
      cancel();
      signal.removeEventListener('abort', abort);
    },
  };
};
