/** Time that passes when it is told to. */
export interface Clock {
  readonly now: () => number;
  readonly later: (millis: number, task: () => void) => () => void;
  pass(millis: number): void;
  /** To the next task, if there is one. */
  passToNext(): void;
  /** Whoever waited is gone. */
  clear(): void;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

export const createClock = (startMillis: number): Clock => {
  let now = startMillis;
  let tasks: Task[] = [];

  const pass = (millis: number): void => {
    now += millis;
    const due = tasks.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
    tasks = tasks.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };

  return {
    now: () => now,
    later(millis, run) {
      const task = { at: now + millis, run };
      tasks.push(task);
      return () => {
        tasks = tasks.filter((each) => each !== task);
      };
    },
    pass,
    clear() {
      tasks = [];
    },
    passToNext() {
      if (tasks.length > 0) pass(Math.max(0, Math.min(...tasks.map(({ at }) => at)) - now));
    },
  };
};
