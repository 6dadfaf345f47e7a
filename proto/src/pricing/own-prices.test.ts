import type { OwnPrice } from '../own-prices/index.js';
import { createPriceBook, type PricedUsage } from './index.js';

const usageOf = (usage: Partial<PricedUsage>): PricedUsage => ({
  provider: null,
  requestModel: null,
  responseModel: null,
  inputTokens: 1_000_000,
  outputTokens: 0,
  atUnixMillis: Date.UTC(2026, 9, 1),
  ...usage,
});
/** What a million input tokens cost, which tells the prices apart. */
const inputOf = (own: readonly OwnPrice[], usage: Partial<PricedUsage>) =>
  createPriceBook({ own }).totalOf(usageOf(usage));

const price = (input: number, more: Partial<OwnPrice> & { model: string }): OwnPrice => ({ input, output: 0, ...more });

test('an own price says all parts and that it is own', () => {
  const own = [{ model: 'our-model', input: 1, output: 4, cacheRead: 0.1, cacheWrite: 1.25, reasoning: 8 }];
  const usage = usageOf({
    requestModel: 'our-model',
    inputTokens: 1_000,
    cacheReadTokens: 300,
    cacheWriteTokens: 100,
    outputTokens: 50,
    reasoningTokens: 20,
  });
  expect(createPriceBook({ own }).priceOf(usage)).toEqual({
    total: 0.001035,
    input: 0.0006,
    output: 0.00028,
    cacheRead: 0.00003,
    cacheWrite: 0.000125,
    formula:
      '600 input × $1/M + 300 cache read × $0.10/M + 100 cache write × $1.25/M + 30 output × $4/M + 20 reasoning × $8/M',
    book: 'own',
  });
});

test('own prices win over the book, by response or request, and name their days', () => {
  const own = [price(7, { model: 'gpt-4o', from: '2026-01-01', until: '2027-01-01' })];
  const book = createPriceBook({ own });
  expect(book.totalOf(usageOf({ responseModel: 'gpt-4o' }))).toBe(7);
  expect(book.totalOf(usageOf({ responseModel: 'gpt-4o-2024-08-06', requestModel: 'gpt-4o' }))).toBe(7);
  expect(book.totalOf(usageOf({ responseModel: 'gpt-4o-mini' }))).toBe(0.15);
  expect(book.priceOf(usageOf({ responseModel: 'gpt-4o' }))).toMatchObject({
    formula: '1000000 input × $7/M (prices from 2026-01-01; prices until 2027-01-01)',
  });
});

test.each([
  ['the book before', '2025-12-31T23:59:59.999Z', 2.5],
  ['the first from its day', '2026-01-01T00:00:00Z', 7],
  ['the first to the last millisecond', '2026-03-31T23:59:59.999Z', 7],
  ['the second at its moment', '2026-04-01T00:00:00Z', 8],
  ['the book after', '2026-05-01T10:00:00Z', 2.5],
])('an override by date: %s', (_, at, expected) => {
  const own = [
    price(7, { model: 'gpt-4o', from: '2026-01-01', until: '2026-04-01' }),
    price(8, { model: 'gpt-4o', from: '2026-04-01', until: '2026-05-01T12:00:00+02:00' }),
  ];
  expect(inputOf(own, { requestModel: 'gpt-4o', atUnixMillis: Date.parse(at) })).toBe(expected);
});

test.each([
  ['the whole name before a beginning', [price(1, { model: 'gpt-4o' }), price(2, { model: 'gpt-4o*' })], 1],
  ['the longer beginning', [price(1, { model: 'gpt*' }), price(2, { model: 'gpt-4*' })], 2],
  [
    'with provider before without',
    [price(1, { model: 'gpt-4o', provider: 'openai' }), price(2, { model: 'gpt-4o' })],
    1,
  ],
  ['the later of two alike', [price(1, { model: 'gpt-4o' }), price(2, { model: 'gpt-4o' })], 2],
  ["not another provider's", [price(1, { model: 'gpt-4o', provider: 'azure.ai.openai' })], 2.5],
  ['in any case', [price(1, { model: 'GPT-4O', provider: 'OpenAI' })], 1],
  ['everything', [price(1, { model: '*' })], 1],
])('the closest holds: %s', (_, own, expected) => {
  expect(inputOf(own, { provider: 'openai', requestModel: 'gpt-4o' })).toBe(expected);
});

test('a provider is meant as spelled, or as the price book names it', () => {
  const usage = { provider: 'gcp.vertex_ai', requestModel: 'gemini-2.5-flash' };
  expect(inputOf([price(9, { model: 'gemini*', provider: 'gcp.vertex_ai' })], usage)).toBe(9);
  expect(inputOf([price(9, { model: 'gemini*', provider: 'google' })], usage)).toBe(9);
  expect(inputOf([price(9, { model: 'gemini*', provider: 'gcp.gemini' })], usage)).toBe(0.3);
});

test('an exact name is not that of a snapshot, but of every prefix and resource', () => {
  const own = [price(9, { model: 'gpt-4o' })];
  expect(inputOf(own, { requestModel: 'gpt-4o-2024-08-06' })).toBe(2.5);
  expect(inputOf(own, { requestModel: 'openai/gpt-4o' })).toBe(9);
});

test("one's own machines, deployments and profiles can be priced", () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123';
  const own = [
    price(0.2, { model: 'llama3*', provider: 'ollama' }),
    price(3, { model: 'our-deployment' }),
    price(5, { model: arn }),
  ];
  expect(inputOf(own, { provider: 'ollama', requestModel: 'llama3:8b' })).toBe(0.2);
  expect(inputOf(own, { provider: 'azure.ai.openai', requestModel: 'our-deployment' })).toBe(3);
  expect(inputOf(own, { provider: 'aws.bedrock', requestModel: arn })).toBe(5);
});

test('a service tier has the price made for it, else the own price without one', () => {
  const own = [price(1, { model: 'gpt-4o', serviceTier: 'batch' }), price(2, { model: 'gpt-4o' })];
  expect(inputOf(own, { requestModel: 'gpt-4o', serviceTier: 'BATCH' })).toBe(1);
  expect(inputOf(own, { requestModel: 'gpt-4o', serviceTier: 'flex' })).toBe(2);
  expect(inputOf(own, { requestModel: 'gpt-4o' })).toBe(2);
  const azure = [...own, price(3, { model: 'gpt-4o', provider: 'azure.ai.openai' })];
  expect(inputOf(azure, { provider: 'azure.ai.openai', requestModel: 'gpt-4o', serviceTier: 'batch' })).toBe(1);
  expect(inputOf(own.slice(0, 1), { requestModel: 'gpt-4o', serviceTier: 'default' })).toBe(2.5);
});

test('the version tells lists of own prices apart', () => {
  const versionOf = (own: readonly OwnPrice[]) => createPriceBook({ own }).version;
  const one = versionOf([price(1, { model: 'a' })]);
  expect(versionOf([])).toBe(createPriceBook().version);
  expect(one).toMatch(/^genai-prices \d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\) \+ own [\da-f]{8}$/);
  expect(versionOf([price(1, { model: 'a' })])).toBe(one);
  expect(versionOf([price(2, { model: 'a' })])).not.toBe(one);
});

test('wrong own prices are refused at once', () => {
  expect(() => createPriceBook({ own: [price(-1, { model: 'a' })] })).toThrow(
    new TypeError('own[0].input: must be a number ≥ 0, got -1'),
  );
});
