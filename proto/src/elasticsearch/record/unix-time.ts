import { isoOfNanos } from '../../document/index.js';
import type { JsonWriter } from './json-writer.js';

/** A time of OTLP, split at the second so that doubles hold it exactly. */
export interface UnixTime {
  readonly seconds: number;
  readonly nanos: number;
}

const NANOS_PER_SECOND = 1e9;
const DIGIT_UNITS = 65_536;
/** Beyond so many seconds a difference in nanoseconds is no exact double. */
const MOST_EXACT_SECONDS = 9_000_000;

/** Of 64 bits in two halves: long division by a billion, 16 bits at a time. */
export const unixTimeOf = (high: number, low: number): UnixTime => {
  let seconds = 0;
  let rest = 0;
  for (const digit of [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff]) {
    const value = rest * DIGIT_UNITS + digit;
    const quotient = Math.floor(value / NANOS_PER_SECOND);
    seconds = seconds * DIGIT_UNITS + quotient;
    rest = value - quotient * NANOS_PER_SECOND;
  }
  return { seconds, nanos: rest };
};

/** Of the latest seconds, each at its place: most times of a trace lie in the same few. A power of two. */
const KEPT_SECONDS = 16;
const keptSeconds = new Float64Array(KEPT_SECONDS).fill(-1);
const keptTexts = new Array<Uint8Array>(KEPT_SECONDS).fill(new Uint8Array(0));

/** As `isoOfNanos`, without quotes. */
export const writeIso = (out: JsonWriter, { nanos, seconds }: UnixTime): void => {
  const place = seconds % KEPT_SECONDS;
  if (keptSeconds[place] !== seconds) {
    keptSeconds[place] = seconds;
    keptTexts[place] = Buffer.from(isoOfNanos(BigInt(seconds) * 1_000_000_000n).slice(0, -10));
  }
  out.bytes(keptTexts[place] as Uint8Array);
  out.nineDigits(nanos);
  out.ascii('Z');
};

/** The whole number of nanoseconds. */
export const writeUnixNano = (out: JsonWriter, { nanos, seconds }: UnixTime): void => {
  if (seconds === 0) out.ascii(String(nanos));
  else {
    out.ascii(String(seconds));
    out.nineDigits(nanos);
  }
};

/** As `durationMillis`. */
export const millisBetween = (start: UnixTime, end: UnixTime): number => {
  const seconds = end.seconds - start.seconds;
  if (seconds > MOST_EXACT_SECONDS) {
    const nanos = BigInt(seconds) * 1_000_000_000n + BigInt(end.nanos - start.nanos);
    return Number((nanos + 500n) / 1000n) / 1000;
  }
  const nanos = seconds * NANOS_PER_SECOND + (end.nanos - start.nanos);
  return nanos <= 0 ? 0 : Math.floor((nanos + 500) / 1000) / 1000;
};

/** Negative where the first is earlier. */
export const compareTimes = (a: UnixTime, b: UnixTime): number => a.seconds - b.seconds || a.nanos - b.nanos;
