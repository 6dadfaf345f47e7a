/** Writers of numbers at a place that has room; each returns the place behind what it wrote. */

const WORD = 4_294_967_296;
const HALF_WORD = 65_536;
const NANOS_A_SECOND = 1_000_000_000;

export const putFixed32 = (bytes: Uint8Array, at: number, value: number): number => {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at + 4;
};

/**
 * Unix nanoseconds as fixed64, exact: seconds times 1e9 is beyond 2^53, so their upper and lower halves are multiplied
 * apart. Negative or broken times come out as the stock encoder has them.
 */
export const putHrTime = (bytes: Uint8Array, at: number, time: readonly [seconds: number, nanos: number]): number => {
  const [seconds, nanos] = time;
  const ofLower = (seconds & 0xffff) * NANOS_A_SECOND;
  const ofUpper = ((seconds / HALF_WORD) >>> 0) * NANOS_A_SECOND;
  const low = (ofLower >>> 0) + (((ofUpper & 0xffff) * HALF_WORD) >>> 0) + nanos;
  const high = Math.floor(ofLower / WORD) + ((ofUpper / HALF_WORD) >>> 0) + Math.floor(low / WORD);
  return putFixed32(bytes, putFixed32(bytes, at, low >>> 0), high >>> 0);
};

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);
double[0] = 1;
/** The top byte of 1.0 comes last where the machine is little-endian, as protobuf is. */
const isLittleEndian = doubleBytes[7] !== 0;

export const putDouble = (bytes: Uint8Array, at: number, value: number): number => {
  double[0] = value;
  for (let i = 0; i < 8; i++) bytes[at + i] = doubleBytes[isLittleEndian ? i : 7 - i] as number;
  return at + 8;
};

/** OTLP's int64 holds every integer that a double tells exactly from -2^63 to below 2^63. */
export const isInt64 = (value: number): boolean =>
  Number.isInteger(value) && value >= -9_223_372_036_854_775_808 && value < 9_223_372_036_854_775_808;

/** An int64 as varint, two's complement: at most 10 bytes. */
export const putInt64 = (bytes: Uint8Array, place: number, value: number): number => {
  let at = place;
  let low = value >>> 0;
  let high = Math.floor(value / WORD) >>> 0;
  while (high > 0) {
    bytes[at++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low > 127) {
    bytes[at++] = (low & 127) | 128;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
};

const NOT_HEX = 0;
const nibbles = new Uint8Array(128).fill(NOT_HEX);
'0123456789abcdef'.split('').forEach((digit, value) => (nibbles[digit.charCodeAt(0)] = value));
'ABCDEF'.split('').forEach((digit, value) => (nibbles[digit.charCodeAt(0)] = value + 10));

/** The bytes that an even number of hex digits names. */
export const putHex = (bytes: Uint8Array, place: number, hex: string): number => {
  let at = place;
  const even = hex.length & ~1;
  for (let i = 0; i < even; i += 2)
    bytes[at++] =
      ((nibbles[hex.charCodeAt(i) & 127] as number) << 4) | (nibbles[hex.charCodeAt(i + 1) & 127] as number);
  return at;
};
