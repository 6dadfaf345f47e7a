/** Buffers to be used again: a fresh one costs the zeroing of every page. */
export interface BufferPool {
  /** At least `length` bytes, of any content. */
  take(length: number): Uint8Array<ArrayBuffer>;
  give(buffer: ArrayBuffer): void;
}

const MIN_BYTES = 16_384;
/** Larger ones are not kept, nor more than these together. */
const MAX_BUFFER_BYTES = 2_097_152;
const MAX_POOL_BYTES = 4_194_304;

/** Powers of two: batches of about the same size fit into each other's buffers. */
const sizeFor = (length: number): number => (length <= MIN_BYTES ? MIN_BYTES : 2 ** Math.ceil(Math.log2(length)));

export const createBufferPool = (): BufferPool => {
  const buffers: ArrayBuffer[] = [];
  let pooledBytes = 0;
  return {
    take(length) {
      const at = buffers.findIndex(({ byteLength }) => byteLength >= length);
      const [buffer = new ArrayBuffer(sizeFor(length))] = at < 0 ? [] : buffers.splice(at, 1);
      if (at >= 0) pooledBytes -= buffer.byteLength;
      return new Uint8Array(buffer, 0, length);
    },
    give(buffer) {
      const { byteLength } = buffer;
      // One that is still with another thread has no bytes.
      if (byteLength === 0 || byteLength > MAX_BUFFER_BYTES) return;
      while (pooledBytes + byteLength > MAX_POOL_BYTES) pooledBytes -= buffers.shift()?.byteLength ?? 0;
      buffers.push(buffer);
      pooledBytes += byteLength;
    },
  };
};
