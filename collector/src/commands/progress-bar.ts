import type { World } from './world.js';

/** Shows how far a task is; `clear` before anything else is said. */
export interface ProgressBar {
  show(task: string, done: number, total: number): void;
  clear(): void;
}

const BAR_CELLS = 24;
const SHOW_EVERY_MILLIS = 200;
const SAY_EVERY_MILLIS = 5_000;
/** The pace is that of the time since then. */
const PACE_MILLIS = 10_000;
const MILLIS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

const durationText = (seconds: number): string =>
  seconds < SECONDS_PER_MINUTE
    ? `${String(Math.ceil(seconds))} s`
    : `${String(Math.ceil(seconds / SECONDS_PER_MINUTE))} min`;

/** A bar that moves on a terminal, a line now and then elsewhere. */
export const createProgressBar = ({
  isTerminal,
  now,
  say,
  show,
}: Pick<World, 'isTerminal' | 'now' | 'say' | 'show'>): ProgressBar => {
  const every = isTerminal ? SHOW_EVERY_MILLIS : SAY_EVERY_MILLIS;
  let next = now() + every;
  let isShown = false;
  let paced = { task: '', atMillis: 0, done: 0, perSecond: 0 };

  const pace = (task: string, done: number): number => {
    const seconds = (now() - paced.atMillis) / MILLIS_PER_SECOND;
    if (paced.task !== task || done < paced.done) paced = { task, atMillis: now(), done, perSecond: 0 };
    else if (seconds > 0 && (paced.perSecond === 0 || seconds * MILLIS_PER_SECOND > PACE_MILLIS))
      paced = { task, atMillis: now(), done, perSecond: (done - paced.done) / seconds };
    return paced.perSecond;
  };

  const textOf = (task: string, done: number, total: number): string => {
    const part = total === 0 ? 1 : done / total;
    const perSecond = pace(task, done);
    const filled = Math.floor(part * BAR_CELLS);
    const bar = isTerminal ? `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}] ` : '';
    const left =
      perSecond === 0 ? '' : `, ${String(Math.round(perSecond))}/s, ${durationText((total - done) / perSecond)} left`;
    return `${task}: ${bar}${String(Math.floor(100 * part))} % (${String(done)} of ${String(total)} traces${left})`;
  };

  return {
    show(task, done, total) {
      if (now() < next) return;
      next = now() + every;
      const text = textOf(task, done, total);
      if (isTerminal) show(text);
      else say(text);
      isShown = isTerminal;
    },
    clear() {
      if (isShown) show('');
      isShown = false;
    },
  };
};
