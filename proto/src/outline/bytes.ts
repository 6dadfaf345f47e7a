/** Whether bytes from `start` up to `end` hold others. */
export const holds = (bytes: Uint8Array, wanted: Uint8Array, start = 0, end = bytes.length): boolean => {
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first, start); at >= 0 && at + wanted.length <= end; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i === wanted.length) return true;
  }
  return false;
};

const DIGITS = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const high = (byte: number | undefined): number => DIGITS[(byte ?? 0) >> 4] ?? 0;
const low = (byte: number | undefined): number => DIGITS[(byte ?? 0) & 15] ?? 0;

/** Eight bytes as hex, at once: a text that is put together digit by digit is looked up three times as slowly. */
export const spanIdAt = (bytes: Uint8Array, at: number): string => {
  const a = bytes[at];
  const b = bytes[at + 1];
  const c = bytes[at + 2];
  const d = bytes[at + 3];
  const e = bytes[at + 4];
  const f = bytes[at + 5];
  const g = bytes[at + 6];
  const h = bytes[at + 7];
  return String.fromCharCode(
    high(a),
    low(a),
    high(b),
    low(b),
    high(c),
    low(c),
    high(d),
    low(d),
    high(e),
    low(e),
    high(f),
    low(f),
    high(g),
    low(g),
    high(h),
    low(h),
  );
};
