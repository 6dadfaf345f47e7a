const ISO = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9})\d*)?(Z|z|[+-]\d{2}:?\d{2})?$/;
const NANOS_PER_SECOND = 1_000_000_000n;
const NANOS_PER_MILLI = 1_000_000n;
/** OTLP's times are 64 bits; signed ones are what stores hold. */
const LAST_NANO = 2n ** 63n - 1n;

/** Nanoseconds since the Unix epoch of an ISO 8601 time (no offset: UTC) from 1970 to 2262; null where it is none. */
export const nanosOfIso = (text: string): bigint | null => {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, date = '', time = '', fraction = '', offset = 'Z'] = match;
  const zone = /^[+-]\d{4}$/.test(offset) ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const millis = Date.parse(`${date}T${time}${zone}`);
  if (Number.isNaN(millis)) return null;
  const nanos = BigInt(millis) * NANOS_PER_MILLI + BigInt(fraction.padEnd(9, '0'));
  return nanos < 0n || nanos > LAST_NANO ? null : nanos;
};

/** ISO 8601 UTC with nine fraction digits, as precise as OTLP's nanoseconds. */
export const isoOfNanos = (nanos: bigint): string => {
  const seconds = nanos / NANOS_PER_SECOND;
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  return `${text}.${String(nanos % NANOS_PER_SECOND).padStart(9, '0')}Z`;
};

const SECONDS_LENGTH = '2026-11-21T03:49:55'.length;

/** An ISO 8601 time in UTC, with as many fraction digits as it came with (up to nine); null where it is none. */
export const utcIso = (text: string): string | null => {
  const nanos = nanosOfIso(text);
  if (nanos === null) return null;
  const digits = ISO.exec(text)?.[3]?.length ?? 0;
  return `${isoOfNanos(nanos).slice(0, SECONDS_LENGTH + (digits === 0 ? 0 : digits + 1))}Z`;
};

export const isoOfMillis = (millis: number): string => new Date(millis).toISOString();

/** Milliseconds with microseconds as fraction; a span that ends before it starts lasts 0. */
export const durationMillis = (start: bigint, end: bigint): number =>
  end <= start ? 0 : Number((end - start + 500n) / 1000n) / 1000;
