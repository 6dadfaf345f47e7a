import { randomIds } from './random-ids.js';

test('ids are lower-case hex of their lengths, and none comes twice', () => {
  const ids = randomIds();
  const traceIds = Array.from({ length: 5_000 }, () => ids.generateTraceId());
  const spanIds = Array.from({ length: 5_000 }, () => ids.generateSpanId());
  expect(traceIds.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
  expect(spanIds.filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([]);
  expect(new Set([...traceIds, ...spanIds]).size).toBe(10_000);
});

test('a source of nothing but zeros makes no id of zeros', () => {
  const ids = randomIds((words) => words.fill(0));
  expect(ids.generateTraceId()).toBe('00000000000000000000000000000001');
  expect(ids.generateSpanId()).toBe('0000000000000001');
});
