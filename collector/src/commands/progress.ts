import type { OnProgress } from '../admin/index.js';
import type { World } from './world.js';

const SAY_EVERY_MILLIS = 1_000;

/** Says how far a task is, once a second; nothing of one that takes less. */
export const sayProgress = (task: string, { now, say }: Pick<World, 'now' | 'say'>): OnProgress => {
  let next = now() + SAY_EVERY_MILLIS;
  return (done, total) => {
    if (now() < next) return;
    next = now() + SAY_EVERY_MILLIS;
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    say(`${task}: ${percent} % (${done} of ${total})`);
  };
};
