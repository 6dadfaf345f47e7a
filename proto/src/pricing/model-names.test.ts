import { createPriceBook } from './index.js';

const book = createPriceBook();

/** A million tokens of input and a million of output, with the price list's own decimals. */
const rateOf = (provider: string | null, model: string): string | null => {
  const price = book.priceOf({
    provider,
    requestModel: model,
    responseModel: null,
    inputTokens: 1,
    outputTokens: 1,
    atUnixMillis: Date.UTC(2026, 9, 1),
  });
  if ('unknown' in price) return null;
  return [...price.formula.matchAll(/\$([\d.]+)\/M/g)].map(([, rate]) => rate).join(' ');
};

const SONNET_REGIONAL = '3.30 16.50';
const SONNET = '3 15';
const ARN = 'arn:aws:bedrock:us-east-1:123456789012';

describe('a model is found however it is spelled', () => {
  test.each([
    ['openai', 'gpt-4o', '2.50 10'],
    ['openai', 'GPT-4o', '2.50 10'],
    ['openai', 'gpt-4o-2024-05-13', '5 15'],
    ['openai', 'gpt-5-mini-2029-01-31', '0.25 2'],
    ['openai', 'openai/gpt-4o', '2.50 10'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:us::abc', '0.30 1.20'],
    ['openai.chat', 'gpt-4o', '2.50 10'],
    [null, 'gpt-4o', '2.50 10'],
    [null, 'openai/gpt-4o', '2.50 10'],
    [null, 'openai:gpt-4o', '2.50 10'],
    [null, 'azure/gpt-4o', '2.50 10'],
    [null, 'o3-mini', '1.10 4.40'],
    ['a-proxy-of-ours', 'gpt-4o', '2.50 10'],
    ['litellm', 'anthropic/claude-sonnet-4-5', SONNET],
    ['openrouter', 'anthropic/claude-sonnet-4.5', SONNET],
    [null, 'openrouter/anthropic/claude-sonnet-4.5', SONNET],
    ['anthropic', 'claude-sonnet-4-5-20250929', SONNET],
    ['anthropic', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', SONNET_REGIONAL],
    ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', SONNET_REGIONAL],
    ['aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', SONNET],
    ['aws.bedrock', `${ARN}:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0`, SONNET_REGIONAL],
    ['aws.bedrock', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', '0.80 3.20'],
    ['aws.bedrock', `${ARN}:application-inference-profile/abc123`, null],
    [null, `${ARN}:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0`, SONNET_REGIONAL],
    [null, 'anthropic.claude-3-5-sonnet-20241022-v2:0', SONNET],
    [null, 'bedrock/us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0', SONNET_REGIONAL],
    ['gcp.gemini', 'models/gemini-2.5-flash', '0.30 2.50'],
    [null, 'models/gemini-2.5-flash', '0.30 2.50'],
    [null, 'gemini/gemini-2.5-flash', '0.30 2.50'],
    ['gcp.vertex_ai', 'gemini-2.5-flash-001', '0.30 2.50'],
    ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-flash', '0.30 2.50'],
    ['gcp.vertex_ai', 'projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5@20250929', SONNET],
    ['gcp.gen_ai', 'gemini-2.5-flash', '0.30 2.50'],
    ['azure.ai.openai', 'gpt-35-turbo', '0.50 1.50'],
    ['azure.ai.inference', 'gpt-4o', '2.50 10'],
    ['azure_ai_inference', 'gpt-4o', '2.50 10'],
    ['vertex.anthropic.messages', 'claude-sonnet-4-5@20250929', SONNET],
    ['hugging_face', 'gpt-4o', null],
    ['mistral_ai', 'mistral-large-latest', '2 6'],
    ['x_ai', 'grok-4-0709', '3 15'],
    ['cohere', 'command-r-plus-08-2024', '2.50 10'],
    ['groq', 'llama-3.3-70b-versatile', '0.59 0.79'],
    ['groq', 'groq/llama-3.3-70b-versatile', '0.59 0.79'],
    ['moonshot_ai', 'kimi-k2-0905-preview', '0.60 2.50'],
  ])('%s: %s', (provider, model, rates) => {
    expect(rateOf(provider, model)).toBe(rates);
  });
});
