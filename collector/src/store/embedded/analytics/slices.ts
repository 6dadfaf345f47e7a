import { NANOS_PER_HOUR, SLICES_PER_HOUR } from '../hour-sums.js';

/** What an hour's roll-up says of when it was changed. */
export interface ChangedHour {
  readonly hour: number;
  /** By twelfth; 0: nothing was ever in it. */
  readonly changes: Uint32Array;
  /** Its traces are to be counted by weight, and not all weigh 1. */
  readonly isWeighted: boolean;
}

export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

export interface Slice extends Span {
  /** Its number since 1970. */
  readonly number: number;
  readonly changes: number;
  /** Nothing of it lies beyond what is asked for. */
  readonly isWhole: boolean;
}

/** Asked for, and where the rows lie (both ends inclusive). */
export interface Asked extends Span {
  readonly first: bigint;
  readonly last: bigint;
}

const NANOS_PER_SLICE = NANOS_PER_HOUR / BigInt(SLICES_PER_HOUR);
const NANOS_PER_MINUTE = 60_000_000_000n;

const isWhole = ({ from, to }: Span, asked: Asked): boolean =>
  (from >= asked.from || asked.first >= asked.from) && (to <= asked.to || asked.last < asked.to);

const clip = ({ from, to }: Span, asked: Asked): Span => ({
  from: from < asked.from ? asked.from : from,
  to: to > asked.to ? asked.to : to,
});

export const spanOfHour = (hour: number): Span => {
  const from = BigInt(hour) * NANOS_PER_HOUR;
  return { from, to: from + NANOS_PER_HOUR };
};

/** Whether all rows of the hour are asked for. */
export const isWholeHour = (hour: number, asked: Asked): boolean => isWhole(spanOfHour(hour), asked);

/** The twelfths of an hour that hold anything asked for. */
export const slicesOf = ({ hour, changes }: Pick<ChangedHour, 'hour' | 'changes'>, asked: Asked): Slice[] =>
  Array.from(changes).flatMap((count, at) => {
    const number = hour * SLICES_PER_HOUR + at;
    const from = BigInt(number) * NANOS_PER_SLICE;
    const span = { from, to: from + NANOS_PER_SLICE };
    const { from: first, to } = clip(span, asked);
    return count === 0 || first >= to
      ? []
      : [{ number, changes: count, isWhole: isWhole(span, asked), from: first, to }];
  });

export const minutesOf = ({ from, to }: Span): Span[] => {
  const minutes: Span[] = [];
  for (let at = from; at < to;) {
    const next = (at / NANOS_PER_MINUTE + 1n) * NANOS_PER_MINUTE;
    const end = next < to ? next : to;
    minutes.push({ from: at, to: end });
    at = end;
  }
  return minutes;
};
