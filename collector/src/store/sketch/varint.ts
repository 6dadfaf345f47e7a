/** Bytes as they are stored: unsigned LEB128 numbers, exact up to 2^53, and doubles. */
export interface ByteWriter {
  byte(value: number): void;
  varint(value: number): void;
  /** Positive or 0, finite. */
  double(value: number): void;
  take(): Uint8Array;
}

export const createByteWriter = (): ByteWriter => {
  const bytes: number[] = [];
  return {
    byte(value) {
      bytes.push(value & 255);
    },
    varint(value) {
      let rest = value;
      while (rest >= 128) {
        bytes.push((rest % 128) | 128);
        rest = Math.floor(rest / 128);
      }
      bytes.push(rest);
    },
    double(value) {
      bytes.push(...new Uint8Array(Float64Array.of(value).buffer));
    },
    take: () => Uint8Array.from(bytes),
  };
};

export interface ByteReader {
  byte(): number;
  varint(): number;
  double(): number;
  atEnd(): boolean;
}

/** Throws RangeError at a number that is cut off, negative or beyond what was written: stored bytes were damaged. */
export const createByteReader = (bytes: Uint8Array): ByteReader => {
  let at = 0;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError('a stored sketch ends too early');
    return value;
  };
  return {
    byte,
    varint() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const next = byte();
        value += (next & 127) * scale;
        if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a stored sketch holds a number beyond 2^53');
        if (next < 128) return value;
      }
    },
    double() {
      const [value = 0] = new Float64Array(Uint8Array.from({ length: 8 }, byte).buffer);
      if (!Number.isFinite(value) || value < 0) throw new RangeError('a stored sketch holds a number that is no count');
      return value;
    },
    atEnd: () => at === bytes.length,
  };
};
