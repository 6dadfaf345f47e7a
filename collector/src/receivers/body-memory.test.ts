import { createBodyMemory } from './body-memory.js';

const MEBIBYTE = 1024 * 1024;

describe('memory for bodies', () => {
  test('is used again, for bodies of the same size class', () => {
    const memory = createBodyMemory(() => undefined);
    for (const bytes of [1, 5_000, MEBIBYTE, MEBIBYTE + 1, 15 * MEBIBYTE]) {
      const first = memory.take(bytes);
      expect(first.length).toBeGreaterThanOrEqual(bytes);
      memory.giveBack(first);
      expect(memory.take(bytes)).toBe(first);
    }
  });

  test('a large piece is not held by a body of less than four fifths of its size', () => {
    const memory = createBodyMemory(() => undefined);
    const large = memory.take(15 * MEBIBYTE);
    memory.giveBack(large);
    expect(memory.take(11 * MEBIBYTE)).not.toBe(large);
    expect(memory.take(12 * MEBIBYTE)).toBe(large);
  });

  test('what is kept never comes on top of what is in use', () => {
    const memory = createBodyMemory(() => undefined);
    const pieces = Array.from({ length: 8 }, () => memory.take(16 * MEBIBYTE));
    for (const piece of pieces.slice(0, 4)) memory.giveBack(piece);
    expect(memory.keptBytes()).toBe(64 * MEBIBYTE);
    memory.take(2 * MEBIBYTE);
    expect(memory.keptBytes()).toBe(48 * MEBIBYTE);
    memory.take(100 * MEBIBYTE);
    expect(memory.keptBytes()).toBe(0);
  });

  test('no more than 128 MiB of large pieces and 16 of each small size are kept', () => {
    const memory = createBodyMemory(() => undefined);
    const pieces = Array.from({ length: 10 }, () => memory.take(16 * MEBIBYTE));
    for (const piece of pieces) memory.giveBack(piece);
    expect(memory.keptBytes()).toBe(128 * MEBIBYTE);
    const small = Array.from({ length: 20 }, () => memory.take(64 * 1024));
    for (const piece of small) memory.giveBack(piece);
    expect(memory.keptBytes()).toBe(128 * MEBIBYTE + 16 * 64 * 1024);
  });

  test('large pieces are given up after a time in which none was wanted', () => {
    let task: () => void = () => undefined;
    const memory = createBodyMemory((_, wanted) => (task = wanted));
    memory.giveBack(memory.take(16 * MEBIBYTE));
    memory.giveBack(memory.take(16 * MEBIBYTE));
    task();
    expect(memory.keptBytes()).toBe(16 * MEBIBYTE);
    task();
    expect(memory.keptBytes()).toBe(0);
  });
});
