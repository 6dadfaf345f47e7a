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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const SPAN_ID_BYTES = 8;

export const spanIdAt = (bytes: Uint8Array, offset: number): string => {
  let hex = '';
  for (let at = offset; at < offset + SPAN_ID_BYTES; at++) hex += HEX[bytes[at] ?? 0] ?? '';
  return hex;
};
