/** The dense half of HyperLogLog: 4,096 ranks of six bits. */
export const REGISTERS = 4096;
/** Bits of the hash behind the 12 of the index: no rank is above this plus one. */
const HASH_BITS = 64 - 12;

const sigma = (x: number): number => {
  if (x === 1) return Infinity;
  let sum = x;
  let power = x;
  for (let weight = 1; ; weight *= 2) {
    power *= power;
    const before = sum;
    sum += power * weight;
    if (sum === before) return sum;
  }
};

const tau = (x: number): number => {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let sum = 1 - x;
  for (let weight = 1; ;) {
    root = Math.sqrt(root);
    const before = sum;
    weight /= 2;
    sum -= (1 - root) ** 2 * weight;
    if (sum === before) return sum / 3;
  }
};

/** The improved raw estimator, without bias tables: Ertl 2017, https://arxiv.org/abs/1702.01284, algorithm 6. */
export const estimateDense = (registers: Uint8Array): number => {
  const histogram = new Float64Array(HASH_BITS + 2);
  for (const rank of registers) histogram[rank] = (histogram[rank] ?? 0) + 1;
  const at = (rank: number): number => histogram[rank] ?? 0;
  let z = REGISTERS * tau(1 - at(HASH_BITS + 1) / REGISTERS);
  for (let rank = HASH_BITS; rank >= 1; rank--) z = 0.5 * (z + at(rank));
  z += REGISTERS * sigma(at(0) / REGISTERS);
  return Math.round(REGISTERS ** 2 / (2 * Math.LN2 * z));
};

const PACKED_BYTES = (REGISTERS / 4) * 3;

/** One byte of format, then four registers to three bytes. */
export const packRegisters = (format: number, registers: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(1 + PACKED_BYTES);
  bytes[0] = format;
  const at = (register: number): number => registers[register] ?? 0;
  for (let from = 0, to = 1; from < REGISTERS; from += 4, to += 3) {
    const four = at(from) | (at(from + 1) << 6) | (at(from + 2) << 12) | (at(from + 3) << 18);
    bytes[to] = four & 255;
    bytes[to + 1] = (four >>> 8) & 255;
    bytes[to + 2] = four >>> 16;
  }
  return bytes;
};

export const unpackRegisters = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length !== 1 + PACKED_BYTES) throw new RangeError('a stored unique sketch has a wrong length');
  const registers = new Uint8Array(REGISTERS);
  for (let from = 1, to = 0; to < REGISTERS; from += 3, to += 4) {
    const four = (bytes[from] ?? 0) | ((bytes[from + 1] ?? 0) << 8) | ((bytes[from + 2] ?? 0) << 16);
    for (let i = 0; i < 4; i++) registers[to + i] = Math.min((four >>> (6 * i)) & 63, HASH_BITS + 1);
  }
  return registers;
};
