/**
 * Reads UTF-8; short texts that come again and again (names, models, services) are made once. One is remembered when it
 * comes the second time: ids, which never do, would only push others out and keep the collector of garbage at work.
 */
export interface TextReader {
  read(bytes: Uint8Array, start: number, end: number): string;
}

interface Remembered {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const REMEMBERED_TEXTS = 4096;
const REMEMBERED_BYTES = 48;

/** Of six bytes: names differ in those, and a hash of every byte costs more than comparing what was found. */
const hashOf = (bytes: Uint8Array, start: number, length: number): number => {
  const last = start + length - 1;
  const middle = start + (length >> 1);
  const front = ((bytes[start] as number) << 16) | ((bytes[middle] as number) << 8) | (bytes[last] as number);
  const back =
    ((bytes[start + (length >> 2)] as number) << 16) |
    ((bytes[last - (length >> 2)] as number) << 8) |
    (bytes[last - (length >> 3)] as number);
  return (Math.imul(Math.imul(front, 0x9e3779b1) ^ back, 0x85ebca6b) + length) | 0;
};

export const createTextReader = (): TextReader => {
  // A byte order mark is a character like any other.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const seen = new Int32Array(REMEMBERED_TEXTS);
  const remembered = new Array<Remembered | undefined>(REMEMBERED_TEXTS).fill(undefined);

  return {
    read(bytes, start, end) {
      const length = end - start;
      if (length === 0) return '';
      if (length > REMEMBERED_BYTES) return decoder.decode(bytes.subarray(start, end));
      const hash = hashOf(bytes, start, length);
      const place = (hash ^ (hash >>> 15)) & (REMEMBERED_TEXTS - 1);
      const entry = remembered[place];
      if (entry?.bytes.length === length) {
        let i = 0;
        while (i < length && entry.bytes[i] === bytes[start + i]) i++;
        if (i === length) return entry.text;
      }
      if (seen[place] !== hash) {
        seen[place] = hash;
        return decoder.decode(bytes.subarray(start, end));
      }
      const own = bytes.slice(start, end);
      const text = decoder.decode(own);
      remembered[place] = { bytes: own, text };
      return text;
    },
  };
};
