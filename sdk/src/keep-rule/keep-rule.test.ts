import fc from 'fast-check';

import { createKeepRule, type KeepRuleOptions, type TracePart } from './index.js';

const partOf = (traceId: string, facts: Partial<TracePart> = {}): TracePart => ({
  traceId,
  request: new Uint8Array(100),
  spanCount: 1,
  isSampled: false,
  hasError: false,
  costUsd: 0,
  rootDurationMillis: undefined,
  ...facts,
});

const createRule = (options: Partial<KeepRuleOptions> = {}) => {
  const kept: unknown[] = [];
  const dropped: Record<string, number> = {};
  const rule = createKeepRule({
    errors: true,
    slowerThanMillis: 1_000,
    costlierThanUsd: 0.5,
    isKeptByRatio: () => true,
    maxBytes: 1_000_000,
    maxAgeMillis: 60_000,
    onKept: (part) => void kept.push(part),
    onDropped: (spans, reason) => {
      dropped[reason] = (dropped[reason] ?? 0) + spans;
    },
    ...options,
  });
  return { rule, kept, dropped };
};

const root = (facts: Partial<TracePart> = {}): Partial<TracePart> => ({ rootDurationMillis: 5, ...facts });

test.each([
  ['failed in a child', [partOf('a', { hasError: true }), partOf('a', root())]],
  ['took long', [partOf('a'), partOf('a', root({ rootDurationMillis: 1_000 }))]],
  ['cost much together', [partOf('a', { costUsd: 0.3 }), partOf('a', root({ costUsd: 0.2 }))]],
  ['was sampled', [partOf('a', { isSampled: true }), partOf('a', root({ isSampled: true }))]],
])('a trace that %s is kept whole, at the end of its root', (_why, [child, end]) => {
  const { rule, kept, dropped } = createRule();
  rule.take(child as TracePart, 0);
  expect(kept).toEqual([]);
  rule.take(end as TracePart, 1);
  expect(kept).toEqual([child, end]);
  expect(dropped).toEqual({});
  expect([rule.heldBytes, rule.heldSpans]).toEqual([0, 0]);
});

test('an ordinary trace that was not sampled is let go, with a count', () => {
  const { rule, kept, dropped } = createRule();
  rule.take(partOf('a', { spanCount: 3 }), 0);
  rule.take(partOf('a', root()), 1);
  expect(kept).toEqual([]);
  expect(dropped).toEqual({ not_kept: 4 });
});

test('of sampled ordinary traces the ratio keeps its share', () => {
  const { rule, kept, dropped } = createRule({ isKeptByRatio: (traceId) => traceId === 'a' });
  rule.take(partOf('a', root({ isSampled: true })), 0);
  rule.take(partOf('b', root({ isSampled: true })), 0);
  expect(kept).toHaveLength(1);
  expect(dropped).toEqual({ not_kept: 1 });
});

test('a span that comes after the root shares its fate, unless it failed itself', () => {
  const { rule, kept, dropped } = createRule();
  rule.take(partOf('a', root({ hasError: true })), 0);
  rule.take(partOf('a'), 1);
  rule.take(partOf('b', root()), 2);
  rule.take(partOf('b'), 3);
  expect(kept).toHaveLength(2);
  expect(dropped).toEqual({ not_kept: 2 });
  rule.take(partOf('b', { hasError: true }), 4);
  expect(kept).toHaveLength(3);
});

test('over its bytes it decides the oldest traces by the sampler alone', () => {
  const { rule, kept, dropped } = createRule({ maxBytes: 900 });
  for (const id of ['a', 'b', 'c']) rule.take(partOf(id, { isSampled: id === 'a' }), 0);
  expect(rule.heldBytes).toBe(900);
  rule.take(partOf('d'), 1);
  expect(kept).toHaveLength(1);
  rule.take(partOf('e'), 1);
  expect(dropped).toEqual({ not_kept_overflow: 1 });
  expect(rule.heldBytes).toBe(900);
});

test('over its age a trace is decided though its root never ended', () => {
  const { rule, kept, dropped } = createRule();
  rule.take(partOf('a', { isSampled: true }), 0);
  rule.take(partOf('b'), 1);
  rule.decideOld(60_000);
  expect([kept.length, rule.heldSpans]).toEqual([1, 1]);
  rule.decideOld(60_001);
  expect(dropped).toEqual({ not_kept_overflow: 1 });
});

test('of 10,000 decided traces it remembers what became of them, and beyond that forgets the oldest', () => {
  const REMEMBERED = 10_000;
  const { rule, kept, dropped } = createRule();
  const idOf = (number: number): string => `trace-${String(number)}`;
  for (let number = 0; number < REMEMBERED; number++) rule.take(partOf(idOf(number), root({ hasError: true })), 0);
  expect(kept).toHaveLength(REMEMBERED);

  // All are remembered: what comes late goes the same way at once.
  rule.take(partOf(idOf(0)), 1);
  rule.take(partOf(idOf(REMEMBERED - 1)), 1);
  expect([kept.length, rule.heldSpans]).toEqual([REMEMBERED + 2, 0]);

  // One more, and the oldest is as new: its late spans are held until they are too old, and let go with a count.
  rule.take(partOf(idOf(REMEMBERED), root()), 2);
  rule.take(partOf(idOf(1)), 3);
  expect([kept.length, rule.heldSpans]).toEqual([REMEMBERED + 3, 0]);
  rule.take(partOf(idOf(0)), 3);
  expect([kept.length, rule.heldSpans]).toEqual([REMEMBERED + 3, 1]);
  rule.decideOld(60_003);
  expect(dropped).toEqual({ not_kept: 1, not_kept_overflow: 1 });
});

test('whatever comes, every span is kept, dropped or held, and the bytes stay bounded', () => {
  const part = fc.record({
    traceId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    request: fc.nat(400).map((length) => new Uint8Array(length)),
    spanCount: fc.integer({ min: 1, max: 5 }),
    isSampled: fc.boolean(),
    hasError: fc.boolean(),
    costUsd: fc.double({ min: 0, max: 1, noNaN: true }),
    rootDurationMillis: fc.option(fc.nat(2_000), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(part), fc.boolean(), (parts, isEnded) => {
      let kept = 0;
      let dropped = 0;
      const { rule } = createRule({
        maxBytes: 1_500,
        onKept: ({ spanCount }) => (kept += spanCount),
        onDropped: (spans) => (dropped += spans),
      });
      let taken = 0;
      for (const [at, each] of parts.entries()) {
        rule.take(each, at);
        taken += each.spanCount;
        expect(kept + dropped + rule.heldSpans).toBe(taken);
        expect(rule.heldBytes).toBeLessThanOrEqual(1_500);
      }
      if (isEnded) rule.decideAll();
      expect(isEnded ? [rule.heldSpans, rule.heldBytes] : []).toEqual(isEnded ? [0, 0] : []);
    }),
  );
});
