const SENTENCE = 'The quick brown fox jumps over the lazy dog while planning a route, checking "prices" and notes. ';

export const PROMPT = SENTENCE.repeat(30).slice(0, 2048);
export const COMPLETION = SENTENCE.split('').reverse().join('').repeat(30).slice(0, 2048);

export const eightAttributes = (step) => ({
  'user.id': 'user_4567',
  'session.id': 'session_789',
  'noveum.step': step,
  'noveum.ok': true,
  'noveum.score': 0.87,
  'app.route': '/api/v1/chat/completions',
  'app.customer_tier': 'premium',
  'app.region': 'us-east-1',
});

export const llmAttributes = (step) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.response.model': 'gpt-4o-2024-08-06',
  'gen_ai.request.temperature': 0.7,
  'gen_ai.request.max_tokens': 1024,
  'gen_ai.usage.input_tokens': 512 + (step & 63),
  'gen_ai.usage.output_tokens': 498,
  'gen_ai.response.finish_reasons': ['stop'],
  'gen_ai.input.messages': PROMPT,
  'gen_ai.output.messages': COMPLETION,
});
