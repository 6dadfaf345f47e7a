import { createTextReader, type TextReader } from '../otlp/index.js';

const SHORT_BYTES = 48;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

type Utf8Slice = (this: Uint8Array, start: number, end: number) => string;

/** Node's own reader needs no view of the bytes. */
const sliceOfBuffer = (): Utf8Slice | undefined => {
  const { Buffer: buffer } = globalThis as { Buffer?: { prototype?: { utf8Slice?: Utf8Slice } } };
  const slice = buffer?.prototype?.utf8Slice;
  if (typeof slice !== 'function') return undefined;
  try {
    return slice.call(new Uint8Array([0, 0xc3, 0xa9, 0xff, 0]), 1, 4) === 'é\ufffd' ? slice : undefined;
  } catch {
    return undefined;
  }
};

const slice = sliceOfBuffer();

const short = createTextReader();

/** Reads UTF-8; short texts that come again and again, as keys do, are made once, for all requests. */
export const recordText: TextReader = {
  read(bytes, start, end) {
    if (end - start <= SHORT_BYTES) return short.read(bytes, start, end);
    return slice === undefined ? decoder.decode(bytes.subarray(start, end)) : slice.call(bytes, start, end);
  },
};
