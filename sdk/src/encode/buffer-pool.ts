/** Buffers to be used again: a fresh one costs the zeroing of every page. */
export interface BufferPool {
  /** At least `length` bytes, of any content. */
  take(length: number): Uint8Array<ArrayBuffer>;
  give(buffer: ArrayBuffer): void;
}

const MAX_BUFFERS = 4;
const MAX_BUFFER_BYTES = 1_048_576;
const STEP_BYTES = 16_384;

export const createBufferPool = (): BufferPool => {
  const buffers: ArrayBuffer[] = [];
  return {
    take(length) {
      const at = buffers.findIndex(({ byteLength }) => byteLength >= length);
      const [buffer] = at < 0 ? [] : buffers.splice(at, 1);
      return new Uint8Array(buffer ?? new ArrayBuffer(Math.ceil(length / STEP_BYTES) * STEP_BYTES), 0, length);
    },
    give(buffer) {
      // One that is still with another thread has no bytes.
      if (buffer.byteLength === 0 || buffer.byteLength > MAX_BUFFER_BYTES) return;
      if (buffers.length === MAX_BUFFERS) buffers.shift();
      buffers.push(buffer);
    },
  };
};
