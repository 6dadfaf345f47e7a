import { readResponse } from './response.js';
import { readUsage } from './usage.js';

const told = (usage: object) =>
  Object.fromEntries(Object.entries(readUsage(usage) ?? {}).filter(([, count]) => count !== undefined));

test.each([
  [
    'chat completions',
    { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, completion_tokens_details: { reasoning_tokens: 2 } },
    { inputTokens: 9, outputTokens: 4, totalTokens: 13, reasoningTokens: 2 },
  ],
  [
    'responses',
    { input_tokens: 9, output_tokens: 4, total_tokens: 13, input_tokens_details: { cached_tokens: 8 } },
    { inputTokens: 9, outputTokens: 4, totalTokens: 13, cacheReadTokens: 8 },
  ],
  [
    'Anthropic',
    { input_tokens: 1, cache_creation_input_tokens: 2, cache_read_input_tokens: 3, output_tokens: 4 },
    { inputTokens: 6, outputTokens: 4, cacheReadTokens: 3, cacheWriteTokens: 2 },
  ],
  [
    'Gemini',
    { promptTokenCount: 5, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 10 },
    { inputTokens: 5, outputTokens: 5, totalTokens: 10, reasoningTokens: 3 },
  ],
  [
    'Vercel 6',
    {
      inputTokens: 5,
      outputTokens: 2,
      totalTokens: 7,
      inputTokenDetails: { cacheReadTokens: 4 },
      outputTokenDetails: { reasoningTokens: 1 },
    },
    { inputTokens: 5, outputTokens: 2, totalTokens: 7, cacheReadTokens: 4, reasoningTokens: 1 },
  ],
  ['Vercel 4', { promptTokens: 5, completionTokens: 2 }, { inputTokens: 5, outputTokens: 2 }],
  ['what is none', { tokensLeft: 3 }, {}],
])('usage as %s has it', (_who, usage, expected) => {
  expect(told(usage)).toEqual(expected);
});

test('a response whose getters throw tells what it can', () => {
  const hostile = {
    model: 'm',
    get usage() {
      throw new Error('no');
    },
    choices: [{ finish_reason: 'stop' }],
  };
  expect(readResponse(hostile)).toMatchObject({ model: 'm', finishReasons: ['stop'] });
});
