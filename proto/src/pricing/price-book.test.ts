import { createPriceBook, type Price, type PricedUsage } from './index.js';

const BOOK = 'genai-prices 0.1.8 (2026-09-23)';
const book = createPriceBook();

const usageOf = (usage: Partial<PricedUsage>): PricedUsage => ({
  provider: null,
  requestModel: null,
  responseModel: null,
  inputTokens: 1000,
  outputTokens: 100,
  atUnixMillis: Date.UTC(2026, 9, 1, 12),
  ...usage,
});
const priced = (usage: Partial<PricedUsage>) => book.priceOf(usageOf(usage));

describe('a price is what one computes by hand', () => {
  const cases: readonly (readonly [string, Partial<PricedUsage>, Omit<Price, 'book'>])[] = [
    [
      'OpenAI with cached tokens',
      { provider: 'openai', responseModel: 'gpt-4o-2024-08-06', cacheReadTokens: 200 },
      {
        total: 0.00325,
        input: 0.002,
        output: 0.001,
        cacheRead: 0.00025,
        cacheWrite: 0,
        formula: '800 input × $2.50/M + 200 cache read × $1.25/M + 100 output × $10/M',
      },
    ],
    [
      'Anthropic with cache read and written',
      {
        provider: 'anthropic',
        responseModel: 'claude-sonnet-4-5-20250929',
        inputTokens: 10_000,
        cacheReadTokens: 6_000,
        cacheWriteTokens: 3_000,
        outputTokens: 500,
      },
      {
        total: 0.02355,
        input: 0.003,
        output: 0.0075,
        cacheRead: 0.0018,
        cacheWrite: 0.01125,
        formula: '1000 input × $3/M + 6000 cache read × $0.30/M + 3000 cache write × $3.75/M + 500 output × $15/M',
      },
    ],
    [
      'Gemini in its long-context tier, which the cached tokens count for too',
      {
        provider: 'gcp.gemini',
        responseModel: 'gemini-2.5-pro',
        inputTokens: 200_001,
        cacheReadTokens: 100_001,
        outputTokens: 1_000,
      },
      {
        total: 0.29000025,
        input: 0.25,
        output: 0.015,
        cacheRead: 0.02500025,
        cacheWrite: 0,
        formula:
          '100000 input × $2.50/M + 100001 cache read × $0.25/M + 1000 output × $15/M (tier above 200000 input tokens)',
      },
    ],
    [
      'Gemini at the last token before that tier',
      { provider: 'gcp.gemini', responseModel: 'gemini-2.5-pro', inputTokens: 200_000, outputTokens: 1_000 },
      {
        total: 0.26,
        input: 0.25,
        output: 0.01,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '200000 input × $1.25/M + 1000 output × $10/M',
      },
    ],
    [
      'a reasoning model, whose reasoning is output',
      { provider: 'openai', responseModel: 'o4-mini-2025-04-16', outputTokens: 1_000, reasoningTokens: 900 },
      {
        total: 0.0055,
        input: 0.0011,
        output: 0.0044,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $1.10/M + 1000 output (900 reasoning) × $4.40/M',
      },
    ],
    [
      'a model whose reasoning has a price of its own',
      { provider: 'perplexity', responseModel: 'sonar-deep-research', outputTokens: 1_000, reasoningTokens: 400 },
      {
        total: 0.008,
        input: 0.002,
        output: 0.006,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $2/M + 600 output × $8/M + 400 reasoning × $3/M',
      },
    ],
    [
      'a model that takes a fee for each request',
      { provider: 'perplexity', responseModel: 'sonar' },
      {
        total: 0.0131,
        input: 0.013,
        output: 0.0001,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $1/M + 100 output × $1/M + 1 request × $12/K',
      },
    ],
    [
      'embeddings, which have no output',
      { provider: 'openai', requestModel: 'text-embedding-3-small', inputTokens: 5_000, outputTokens: null },
      {
        total: 0.0001,
        input: 0.0001,
        output: 0,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '5000 input × $0.02/M',
      },
    ],
    [
      'Bedrock in a region, dearer than over all',
      { provider: 'aws.bedrock', requestModel: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0' },
      {
        total: 0.00495,
        input: 0.0033,
        output: 0.00165,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $3.30/M + 100 output × $16.50/M',
      },
    ],
    [
      "Azure, by the response's model and not the deployment",
      { provider: 'azure.ai.openai', requestModel: 'our-deployment', responseModel: 'gpt-4o-mini-2024-07-18' },
      {
        total: 0.00021,
        input: 0.00015,
        output: 0.00006,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $0.15/M + 100 output × $0.60/M',
      },
    ],
    [
      "Azure, by the request's model where the response names a deployment",
      { provider: 'azure.ai.openai', requestModel: 'gpt-4o-mini', responseModel: 'our-deployment' },
      {
        total: 0.00021,
        input: 0.00015,
        output: 0.00006,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $0.15/M + 100 output × $0.60/M',
      },
    ],
    [
      'cached tokens of a model without a price for them, as other input',
      { provider: 'mistral_ai', requestModel: 'mistral-large-latest', cacheReadTokens: 200 },
      {
        total: 0.0026,
        input: 0.0016,
        output: 0.0006,
        cacheRead: 0.0004,
        cacheWrite: 0,
        formula: '800 input × $2/M + 200 cache read × $2/M + 100 output × $6/M',
      },
    ],
    [
      'a free model',
      { provider: 'openrouter', requestModel: 'meta-llama/llama-3.3-70b-instruct:free' },
      {
        total: 0,
        input: 0,
        output: 0,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $0/M + 100 output × $0/M',
      },
    ],
    [
      "a vendor's model through another's client, and says so",
      { provider: 'openai', requestModel: 'anthropic/claude-sonnet-4.5' },
      {
        total: 0.0045,
        input: 0.003,
        output: 0.0015,
        cacheRead: 0,
        cacheWrite: 0,
        formula: '1000 input × $3/M + 100 output × $15/M (prices of anthropic)',
      },
    ],
  ];

  test.each(cases)('%s', (_, usage, expected) => {
    expect(priced(usage)).toEqual({ ...expected, book: BOOK });
    expect(book.totalOf(usageOf(usage))).toBe(expected.total);
  });
});

describe('prices are those of the moment of the call', () => {
  test.each([
    ['before o3 became cheaper', Date.UTC(2025, 5, 9, 23, 59, 59, 999), 0.014, ''],
    ['from that day on', Date.UTC(2025, 5, 10), 0.0028, ' (prices from 2025-06-10)'],
  ])('%s', (_, atUnixMillis, total, note) => {
    const price = priced({ provider: 'openai', responseModel: 'o3', atUnixMillis });
    expect(price).toMatchObject({ total, formula: expect.stringContaining(`/M${note}`) as string });
  });

  test.each([
    ['at night', Date.UTC(2026, 9, 1, 20), 0.00066 + 0.000198],
    ['in the dear hours', Date.UTC(2026, 9, 1, 6), 0.00132 + 0.000396],
    ['at their end', Date.UTC(2026, 9, 1, 10), 0.00066 + 0.000198],
  ])('of a model with hours, %s', (_, atUnixMillis, total) => {
    const usage = usageOf({ provider: 'deepseek', responseModel: 'deepseek-v4-pro', atUnixMillis });
    expect(book.totalOf(usage)).toBeCloseTo(total, 12);
  });
});

describe('what is unknown is said', () => {
  test.each([
    ['no model', { provider: 'openai' }, 'model'],
    ['a model of nobody', { provider: 'openai', requestModel: 'no-such-model' }, 'model'],
    ['a model of nobody and no provider', { requestModel: 'no-such-model' }, 'model'],
    ['an Azure deployment alone', { provider: 'azure.ai.openai', requestModel: 'our-deployment' }, 'model'],
    ["a vendor's name for weights on one's own machine", { provider: 'ollama', requestModel: 'gpt-4o' }, 'provider'],
    ["a tag of weights, which isn't the vendor's service", { requestModel: 'deepseek-r1:7b' }, 'model'],
    ["a model that a host of open models doesn't list", { provider: 'groq', requestModel: 'deepseek-chat' }, 'model'],
    ['a tier the book has no prices for', { requestModel: 'gpt-4o', serviceTier: 'flex' }, 'service_tier'],
    ['a model priced by the hour', { provider: 'openai', requestModel: 'whisper-1' }, 'price'],
    ['no counts', { requestModel: 'gpt-4o', inputTokens: null, outputTokens: null }, 'tokens'],
    ['no output of a model that writes', { requestModel: 'gpt-4o', outputTokens: null }, 'tokens'],
    ['more cached than input', { requestModel: 'gpt-4o', cacheReadTokens: 900, cacheWriteTokens: 101 }, 'tokens'],
    ['more reasoning than output', { requestModel: 'o3', reasoningTokens: 101 }, 'tokens'],
    ['a count below 0', { requestModel: 'gpt-4o', inputTokens: -1 }, 'tokens'],
    ['a count that is none', { requestModel: 'gpt-4o', inputTokens: Number.NaN }, 'tokens'],
    ['a provider of a thousand characters', { provider: 'openai'.repeat(200), requestModel: 'gpt-4o' }, 'model'],
    ['a name of a thousand characters', { requestModel: 'gpt-4o'.repeat(200) }, 'model'],
  ] satisfies [string, Partial<PricedUsage>, string][])('%s', (_, usage, unknown) => {
    expect(priced(usage)).toEqual({ unknown, detail: expect.stringMatching(/\w/) as string, book: BOOK });
    expect(book.totalOf(usageOf(usage))).toBeNull();
  });

  test.each(['default', 'auto', 'standard', 'on_demand', 'Default', '', null])(
    'tier %p is the standard one',
    (tier) => {
      expect(book.totalOf(usageOf({ requestModel: 'gpt-4o', serviceTier: tier }))).toBe(0.0035);
    },
  );
});

test('a sent cost wins, and the computed one stands beside it', () => {
  const usage = usageOf({ requestModel: 'gpt-4o' });
  const computed = book.priceOf(usage);
  expect(book.costOf(usage, { total: 0.5 })).toEqual({ source: 'sent', total: 0.5, sent: { total: 0.5 }, computed });
  expect(book.costOf(usage, { input: 0.25, output: 0.5 })).toMatchObject({ source: 'sent', total: 0.75 });
  expect(book.costOf(usage, { total: 0 })).toMatchObject({ source: 'sent', total: 0 });
  expect(book.costOf(usage, null)).toEqual({ source: 'computed', total: 0.0035, sent: null, computed });
  expect(book.costOf(usage, { total: -1 })).toMatchObject({ source: 'computed', total: 0.0035 });
  expect(book.costOf(usageOf({}), null)).toMatchObject({ source: 'unknown', total: null });
  expect(book.costOf(usageOf({}), { total: 0.5 })).toMatchObject({ source: 'sent', computed: { unknown: 'model' } });
});

test('more names than are remembered change no price', () => {
  const small = createPriceBook({ maxCachedMatches: 2 });
  for (let round = 0; round < 3; round++)
    for (const [model, total] of [
      ['gpt-4o', 0.0035],
      ['gpt-4o-mini', 0.00021],
      ['no-such-model', null],
      ['claude-sonnet-4-5', 0.0045],
    ] as const)
      expect(small.totalOf(usageOf({ requestModel: model }))).toBe(total);
});
