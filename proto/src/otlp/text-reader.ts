/** Reads UTF-8; short texts that come again and again (names, models, services) are made once. */
export interface TextReader {
  read(bytes: Uint8Array, start: number, end: number): string;
}

interface Remembered {
  readonly bytes: Uint8Array;
  readonly text: string;
}

const REMEMBERED_TEXTS = 4096;
const REMEMBERED_BYTES = 48;

export const createTextReader = (): TextReader => {
  const decoder = new TextDecoder();
  const remembered = new Array<Remembered | undefined>(REMEMBERED_TEXTS).fill(undefined);

  return {
    read(bytes, start, end) {
      const length = end - start;
      if (length === 0) return '';
      if (length > REMEMBERED_BYTES) return decoder.decode(bytes.subarray(start, end));
      let hash = length;
      for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
      const place = hash & (REMEMBERED_TEXTS - 1);
      const entry = remembered[place];
      if (entry?.bytes.length === length) {
        let i = 0;
        while (i < length && entry.bytes[i] === bytes[start + i]) i++;
        if (i === length) return entry.text;
      }
      const own = bytes.slice(start, end);
      const text = decoder.decode(own);
      remembered[place] = { bytes: own, text };
      return text;
    },
  };
};
