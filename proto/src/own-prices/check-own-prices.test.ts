import { checkOwnPrices } from './index.js';

const good = { model: 'gpt-4o', input: 1, output: 2 };
const withLast = (more: object): readonly unknown[] => [good, good, { ...good, ...more }];

test('right prices come back as they are', () => {
  const prices = [
    good,
    { ...good, model: 'our-*', provider: 'azure.ai.openai', serviceTier: 'batch', cacheRead: 0, cacheWrite: 1.5 },
    { ...good, reasoning: 3, from: '2024-02-29', until: '2026-01-31T08:00:00+02:00' },
  ];
  expect(checkOwnPrices(prices)).toEqual({ status: 'ok', prices });
  expect(checkOwnPrices([])).toEqual({ status: 'ok', prices: [] });
});

test.each([
  [withLast({ input: 'abc' }), 'prices[2].input: must be a number ≥ 0, got "abc"'],
  [withLast({ input: '1' }), 'prices[2].input: must be a number ≥ 0, got "1"'],
  [withLast({ output: undefined }), 'prices[2].output: must be a number ≥ 0, got nothing'],
  [withLast({ cacheRead: -0.5 }), 'prices[2].cacheRead: must be a number ≥ 0, got -0.5'],
  [withLast({ cacheWrite: Number.NaN }), 'prices[2].cacheWrite: must be a number ≥ 0, got NaN'],
  [withLast({ reasoning: Infinity }), 'prices[2].reasoning: must be a number ≥ 0, got Infinity'],
  [withLast({ input: null }), 'prices[2].input: must be a number ≥ 0, got null'],
  [withLast({ input: { usd: 1 } }), 'prices[2].input: must be a number ≥ 0, got object'],
  [withLast({ model: '' }), 'prices[2].model: must be a text of 1 to 256 characters, got ""'],
  [
    withLast({ model: 'a*b' }),
    'prices[2].model: must be a model name, or the beginning of one with a single * at its end, got "a*b"',
  ],
  [withLast({ provider: 3 }), 'prices[2].provider: must be a text of 1 to 256 characters, got 3'],
  [withLast({ serviceTier: ['a'] }), 'prices[2].serviceTier: must be a text of 1 to 256 characters, got a list'],
  [
    withLast({ from: '2026-02-30' }),
    'prices[2].from: must be a day like 2026-01-31, or a moment like 2026-01-31T08:00:00Z, got "2026-02-30"',
  ],
  [
    withLast({ until: '2026-01-31T08:00:00' }),
    'prices[2].until: must be a day like 2026-01-31, or a moment like 2026-01-31T08:00:00Z, got "2026-01-31T08:00:00"',
  ],
  [
    withLast({ from: '2026-02-01', until: '2026-02-01T00:00:00Z' }),
    'prices[2].until: must be after from, got "2026-02-01T00:00:00Z"',
  ],
  [withLast({ cached: 1 }), 'prices[2].cached: unknown key'],
  [[good, 'gpt-4o'], 'prices[1]: must be an object with model, input and output, got "gpt-4o"'],
  [{ 'gpt-4o': 1 }, 'prices: must be a list, got object'],
  [Array.from({ length: 10_001 }, () => good), 'prices: must be a list of at most 10000 prices, got 10001'],
])('a wrong one is named: %#', (value, error) => {
  expect(checkOwnPrices(value)).toEqual({ status: 'invalid', errors: [error] });
});

test('all that is wrong is told at once, long texts cut', () => {
  const outcome = checkOwnPrices([{ model: 'x'.repeat(300), input: -1, output: 'y'.repeat(300) }], 'own');
  expect(outcome).toEqual({
    status: 'invalid',
    errors: [
      `own[0].model: must be a text of 1 to 256 characters, got "${'x'.repeat(80)}…"`,
      'own[0].input: must be a number ≥ 0, got -1',
      `own[0].output: must be a number ≥ 0, got "${'y'.repeat(80)}…"`,
    ],
  });
});
