import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';

import { createPriceBook, type Price, type PricedUsage } from './index.js';

const book = createPriceBook({ own: [{ model: 'own', input: 1.5, output: 6, cacheRead: 0.15, reasoning: 9 }] });

/** Provider as we spell it, as the package does, and a model: with and without cache prices, tiers, dates, hours, fees. */
const MODELS = [
  ['openai', 'openai', 'gpt-4o'],
  ['openai', 'openai', 'o3'],
  ['openai', 'openai', 'gpt-5.6-luna'],
  ['openai', 'openai', 'text-embedding-3-large'],
  ['anthropic', 'anthropic', 'claude-opus-4-6'],
  ['anthropic', 'anthropic', 'claude-3-5-haiku-20241022'],
  ['aws.bedrock', 'aws', 'us.anthropic.claude-sonnet-4-20250514-v1:0'],
  ['aws.bedrock', 'aws', 'amazon.nova-pro-v1:0'],
  ['azure.ai.openai', 'azure', 'gpt-4.1'],
  ['gcp.gemini', 'google', 'gemini-2.5-pro'],
  ['gcp.vertex_ai', 'google', 'gemini-3.6-flash'],
  ['mistral_ai', 'mistral', 'mistral-medium-latest'],
  ['x_ai', 'x-ai', 'grok-4-0709'],
  ['deepseek', 'deepseek', 'deepseek-chat'],
  ['deepseek', 'deepseek', 'deepseek-v4-flash'],
  ['perplexity', 'perplexity', 'sonar-deep-research'],
  ['perplexity', 'perplexity', 'sonar-pro'],
  ['groq', 'groq', 'llama-3.1-8b-instant'],
] as const;

const tokens = fc.integer({ min: 0, max: 400_000 });
const counts = fc.record({
  plain: tokens,
  cacheReadTokens: tokens,
  cacheWriteTokens: tokens,
  written: tokens,
  reasoningTokens: tokens,
});
const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 5, 1) });

const usageOf = (
  [provider, , model]: readonly [string, string, string],
  { plain, written, ...subsets }: Parameters<Parameters<typeof counts.map>[0]>[0],
  atUnixMillis: number,
): PricedUsage => ({
  provider,
  requestModel: model,
  responseModel: null,
  inputTokens: plain + subsets.cacheReadTokens + subsets.cacheWriteTokens,
  outputTokens: written + subsets.reasoningTokens,
  ...subsets,
  atUnixMillis,
});
const usages = fc
  .tuple(fc.constantFrom(...MODELS, ['', '', 'own'] as const), counts, moment)
  .map((parts) => usageOf(...parts));

const priceOf = (usage: PricedUsage): Price => {
  const price = book.priceOf(usage);
  if ('unknown' in price) throw new Error(price.detail);
  return price;
};

/** Costs are whole numbers of 1e-12 USD as long as prices have six decimals at most. */
const pico = (usd: number): number => Math.round(usd * 1e12);

test('the total is the sum of the parts, and what totalOf gives', () => {
  fc.assert(
    fc.property(usages, (usage) => {
      const { total, input, output, cacheRead, cacheWrite } = priceOf(usage);
      expect(pico(total)).toBe(pico(input) + pico(output) + pico(cacheRead) + pico(cacheWrite));
      expect(book.totalOf(usage)).toBe(total);
    }),
  );
});

test('more tokens never cost less', () => {
  const grows = fc.constantFrom('inputTokens', 'outputTokens');
  fc.assert(
    fc.property(usages, grows, tokens, (usage, count, more) => {
      const grown = { ...usage, [count]: (usage[count] ?? 0) + more };
      expect(priceOf(grown).total).toBeGreaterThanOrEqual(priceOf(usage).total);
    }),
  );
});

test('a cached token is counted once: the parts of the formula add up to input and output', () => {
  fc.assert(
    fc.property(usages, (usage) => {
      const { formula } = priceOf(usage);
      const counted = (name: string): number =>
        Number(new RegExp(`(\\d+) ${name}(?: \\(\\d+ reasoning\\))? ×`).exec(formula)?.[1] ?? 0);
      expect(counted('input') + counted('cache read') + counted('cache write')).toBe(usage.inputTokens);
      expect(counted('output') + counted('reasoning')).toBe(usage.outputTokens);
    }),
  );
});

test('no number of the formula has floating noise', () => {
  fc.assert(
    fc.property(usages, (usage) => {
      expect(priceOf(usage).formula).not.toMatch(/\d{7,}\.|\.\d{7,}|e-?\d/);
    }),
  );
});

test("the package's own calculation gives the same, whatever the tier, day and hour", () => {
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), counts, moment, (model, parts, atUnixMillis) => {
      const usage = usageOf(model, parts, atUnixMillis);
      const theirs = calcPrice(
        {
          input_tokens: usage.inputTokens ?? 0,
          output_tokens: usage.outputTokens ?? 0,
          cache_read_tokens: parts.cacheReadTokens,
          cache_write_tokens: parts.cacheWriteTokens,
          output_reasoning_tokens: parts.reasoningTokens,
        },
        model[2],
        { providerId: model[1], timestamp: new Date(atUnixMillis) },
      );
      expect(priceOf(usage).total).toBeCloseTo(theirs?.total_price ?? Number.NaN, 9);
    }),
    { numRuns: 500 },
  );
});

test("the book's version is that of the installed package, its date that of its data", () => {
  const folder = join(require.resolve('@pydantic/genai-prices'), '..');
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string };
  expect(createPriceBook().version).toMatch(new RegExp(`^genai-prices ${version.replaceAll('.', '\\.')} \\(`));
  // With other data the date, the day the package was published, has to be looked up anew.
  const data = createHash('sha256')
    .update(readFileSync(join(folder, 'index.cjs')))
    .digest('hex');
  expect(data).toBe('54e6cb37f06bc3573ae164348c34d8e0e70809536f2fd6db6989113ad700258c');
});
