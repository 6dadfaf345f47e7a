import { documentOf, sentDocumentOf, toOtlp } from 'noveum-proto';

import { fragmentsOf } from '../normalise/index.js';
import { NOON_MILLIS, spanModel, spansArrive } from './contract/index.js';

const native = {
  trace_id: 'ask',
  name: 'ask',
  start_time: '2026-11-20T11:00:00Z',
  attributes: { total_tokens: 12 },
  metadata: { user_id: 'ada', tags: { beta: true } },
  spans: [
    {
      span_id: 'a',
      trace_id: 'ask',
      name: 'chat',
      start_time: '2026-11-20T11:00:00Z',
      attributes: { 'llm.provider': 'openai', 'llm.model': 'gpt-4o', 'llm.input_tokens': 10 },
    },
  ],
};
const ofOtlp = spansArrive([
  spanModel({
    attributes: {
      'llm.model_name': 'gpt-4o',
      'openinference.span.kind': 'LLM',
      'llm.token_count.prompt': 10,
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'hello',
    },
  }),
]);
const ofNative = fragmentsOf({
  format: 'native',
  body: Buffer.from(JSON.stringify({ traces: [native] })),
  receivedAtMillis: NOON_MILLIS,
  project: 'shop',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
});

test.each([
  ['OTLP', ofOtlp],
  ['a native trace', ofNative],
])('what %s is given back as is the same with and without what was derived', (_kind, fragments) => {
  const [derived, sent] = [documentOf(fragments), sentDocumentOf(fragments)];
  if (derived === null || sent === null) throw new Error('they make a document');
  expect(derived.models).toEqual(['gpt-4o']);
  expect(sent.models).toEqual([]);
  expect(toOtlp(sent)).toEqual(toOtlp(derived));
});
