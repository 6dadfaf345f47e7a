import fc from 'fast-check';

import { documentOfSpans } from '../../test/native-spans.js';
import { schemaProblems } from '../../test/json-schema.js';
import { merge, toOtlp, type TraceDocument } from '../document/index.js';
import { DIALECTS } from './dialects.js';
import { createFactsReader, deriveSpan, FACT_KEYS, withDerived } from './index.js';

const MESSAGE_KEYS = DIALECTS.flatMap(({ compositions = [], messages = [] }) => [
  ...messages.map(({ from }) => (from.endsWith('.') ? `${from}0.message.content` : from)),
  ...messages.map(({ from }) => (from.endsWith('.') ? `${from}2` : from)),
  ...compositions.flatMap(({ from }) => from),
]);

const KEYS = [...new Set([...FACT_KEYS, ...MESSAGE_KEYS, 'braintrust.scores', 'annotations.1.annotation.name'])];

const NAMES = ['role', 'content', 'parts', 'type', 'text', 'tool_calls', 'function', 'arguments', 'message', 'messages']
  .concat([
    'input',
    'output',
    'kwargs',
    'lc',
    'id',
    'name',
    'system',
    'usage',
    'items',
    'toolCallId',
    'result',
    '__proto__',
  ])
  .concat(['constructor', 'document', 'score', 'image_url', 'source', 'url', 'finish_reason', 'event.name', 'index']);

const WORDS = [
  'user',
  'ai',
  'text',
  'tool_use',
  'function_call_output',
  'image',
  'gen_ai.choice',
  'llm',
  'LLM',
  'chat',
  '7',
];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', ...WORDS),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 4 }).map(Object.fromEntries),
  ),
}));

const sent = fc.oneof(
  value,
  value.map((any) => JSON.stringify(any)),
  value.map((any) => JSON.stringify(any).slice(0, -2)),
);

const attributes = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), sent), { maxLength: 8 })
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);

const event = fc.record({
  name: fc.constantFrom(
    'gen_ai.user.message',
    'gen_ai.choice',
    'gen_ai.evaluation.result',
    'db.query.result',
    'exception',
  ),
  attributes: fc
    .array(fc.tuple(fc.constantFrom(...NAMES, 'gen_ai.evaluation.name', 'exception.type'), sent), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries) as Record<string, unknown>),
});

const stored = (document: TraceDocument): TraceDocument => JSON.parse(JSON.stringify(document)) as TraceDocument;

test('whatever comes under any name, a document is derived, fits the schema, and gives back what was sent', () => {
  fc.assert(
    fc.property(
      attributes,
      attributes,
      fc.array(event, { maxLength: 3 }),
      fc.constantFrom('drive', 'pydantic-ai'),
      (first, second, events, scope) => {
        const head = { metadata: { user_id: null, tags: { own: 1 } }, attributes: { total_tokens: 3, own: 'x' } };
        const spans = [
          { id: 'a', attributes: first, events, scope },
          { id: 'b', parent: 'a', attributes: second, scope },
        ];
        const document = stored(documentOfSpans(spans, head));
        const derived = stored(withDerived(document));
        expect(schemaProblems(derived)).toEqual([]);
        expect(stored(merge(derived, derived))).toEqual(document);
        expect(toOtlp(derived)).toEqual(toOtlp(document));
        expect(stored(withDerived(derived))).toEqual(derived);
      },
    ),
    { numRuns: 200 },
  );
});

test('the facts for roll-ups, read either fast way, are those of the document', () => {
  const reader = createFactsReader();
  fc.assert(
    fc.property(attributes, fc.constantFrom('drive', 'pydantic-ai'), (any, scopeName) => {
      const [span] = stored(documentOfSpans([{ id: 'a', attributes: any, scope: scopeName }])).spans;
      if (span === undefined) throw new Error('the span is missing');
      const context = { scope: span.scope, isRoot: true };
      const { facts } = deriveSpan(span);
      expect(reader.read(span.attributes, context)).toEqual(facts);
      expect(
        reader.readSlots(
          FACT_KEYS.map((key) => span.attributes[key]),
          FACT_KEYS.map((_, slot) => slot),
          FACT_KEYS.length,
          context,
        ),
      ).toEqual(facts);
    }),
    { numRuns: 500 },
  );
});
