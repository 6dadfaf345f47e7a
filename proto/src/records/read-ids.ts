const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export const hexOf = (bytes: Uint8Array, start: number, end: number): string => {
  let hex = '';
  for (let at = start; at < end; at++) hex += HEX[bytes[at] as number] as string;
  return hex;
};

/** Little-endian, unsigned. */
export const readFixed32 = (bytes: Uint8Array, start: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true);

export const readFixed64 = (bytes: Uint8Array, start: number): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset + start, 8).getBigUint64(0, true);
