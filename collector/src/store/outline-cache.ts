import type { TraceOutline } from 'noveum-proto';

/** Outlines that were read last, so that their pages need no reading; bounded by rows in all. */
export interface OutlineCache {
  /** Null: there is none of that version. */
  get(place: string, version: string): TraceOutline | null;
  keep(place: string, version: string, outline: TraceOutline): void;
  /** To be called now and then: forgets what was not asked for during the last few calls. */
  age(): void;
}

interface Held {
  readonly version: string;
  readonly outline: TraceOutline;
  round: number;
}

/** About 40 MB. */
const MOST_SPANS = 100_000;
/** Of a handful of spans one is read anew as fast. */
const FEW_SPANS = 50;
const KEPT_ROUNDS = 6;

export const createOutlineCache = (mostSpans = MOST_SPANS): OutlineCache => {
  const held = new Map<string, Held>();
  let spans = 0;
  let round = 0;

  const forget = (place: string): void => {
    spans -= held.get(place)?.outline.size ?? 0;
    held.delete(place);
  };

  return {
    get(place, version) {
      const found = held.get(place);
      if (found?.version !== version) return null;
      held.delete(place);
      held.set(place, found);
      found.round = round;
      return found.outline;
    },
    keep(place, version, outline) {
      forget(place);
      const { size } = outline;
      if (size < FEW_SPANS || size > mostSpans) return;
      held.set(place, { version, outline, round });
      spans += size;
      for (const oldest of held.keys()) {
        if (spans <= mostSpans) return;
        forget(oldest);
      }
    },
    age() {
      round++;
      for (const [place, { round: last }] of held) if (round - last > KEPT_ROUNDS) forget(place);
    },
  };
};
