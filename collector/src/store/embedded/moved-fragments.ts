import type { DayIndex } from './day-index.js';
import type { Place } from './stored-fragment.js';

/** A fragment whose payload was copied to another place. */
export interface MovedFragment {
  readonly trace: number;
  readonly seq: number;
  readonly place: Place;
}

export const saveMoved = ({ database }: Pick<DayIndex, 'database'>, moved: readonly MovedFragment[]): void => {
  const update = database.prepare(
    'UPDATE fragment SET segment = ?, block = ?, block_length = ?, offset = ? WHERE trace = ? AND seq = ?',
  );
  for (const { trace, seq, place } of moved)
    update.run(place.segment, place.block, place.blockLength, place.offset, trace, seq);
};
