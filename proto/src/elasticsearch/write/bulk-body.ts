/** A line of a bulk request, or the two of a document, in the request's body. */
export interface BulkRange {
  readonly from: number;
  readonly to: number;
}

/** The body of one bulk request: what is added is copied. */
export interface BulkBody {
  readonly length: number;
  /** Adds lines of JSON, each without its end. */
  add(lines: readonly Uint8Array[]): BulkRange;
  /** All, or these of its ranges; all of it is valid until it is given back. */
  bytes(ranges?: readonly BulkRange[]): Buffer;
}

/** Bodies are used again: new memory of megabytes for each request had the garbage collector mark the whole heap. */
export interface BulkBodies {
  take(): BulkBody;
  /** Nothing reads it any more. */
  giveBack(body: BulkBody): void;
}

const FIRST_BYTES = 1024 * 1024;
const KEPT_BODIES = 3;
/** Larger ones are not kept. */
const KEPT_BYTES = 8 * 1024 * 1024;
const LINE_END = 10;

interface Memory {
  bytes: Buffer;
  used: number;
}

const roomFor = (memory: Memory, length: number): void => {
  if (memory.used + length <= memory.bytes.length) return;
  const wider = Buffer.allocUnsafeSlow(Math.max(2 * memory.bytes.length, memory.used + length));
  memory.bytes.copy(wider, 0, 0, memory.used);
  memory.bytes = wider;
};

const bodyIn = (memory: Memory): BulkBody => ({
  get length() {
    return memory.used;
  },
  add(lines) {
    const from = memory.used;
    for (const line of lines) {
      roomFor(memory, line.length + 1);
      memory.bytes.set(line, memory.used);
      memory.used += line.length;
      memory.bytes[memory.used++] = LINE_END;
    }
    return { from, to: memory.used };
  },
  bytes: (ranges) =>
    ranges === undefined
      ? memory.bytes.subarray(0, memory.used)
      : Buffer.concat(ranges.map(({ from, to }) => memory.bytes.subarray(from, to))),
});

export const createBulkBodies = (): BulkBodies => {
  const kept: Memory[] = [];
  const memories = new WeakMap<BulkBody, Memory>();
  return {
    take() {
      const memory = kept.pop() ?? { bytes: Buffer.allocUnsafeSlow(FIRST_BYTES), used: 0 };
      memory.used = 0;
      const body = bodyIn(memory);
      memories.set(body, memory);
      return body;
    },
    giveBack(body) {
      const memory = memories.get(body);
      memories.delete(body);
      if (memory !== undefined && kept.length < KEPT_BODIES && memory.bytes.length <= KEPT_BYTES) kept.push(memory);
    },
  };
};
