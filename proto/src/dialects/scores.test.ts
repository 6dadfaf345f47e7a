import { logsFragment, spansFragment } from '../../test/fragments.js';
import { schemaProblems } from '../../test/json-schema.js';
import { documentOfSpans } from '../../test/native-spans.js';
import { toTraceDocument, type TraceDocument } from '../document/index.js';
import { deriveTrace, withDerived } from './index.js';

const traceId = Buffer.from('0f8fad5bd9cb469fa16570867728950e', 'hex');
const spanId = Buffer.from('0000000000000001', 'hex');

const attributes = (values: Readonly<Record<string, string | number>>): object[] =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }));

const judged = {
  'gen_ai.evaluation.name': 'relevance',
  'gen_ai.evaluation.score.value': 0.5,
  'gen_ai.evaluation.score.label': 'fair',
};
const score = { name: 'relevance', value: 0.5, label: 'fair' };

const withEvaluation = (record: object): TraceDocument => {
  const span = {
    traceId,
    spanId,
    name: 'chat',
    startTimeUnixNano: 1,
    endTimeUnixNano: 2,
    attributes: attributes({ 'gen_ai.operation.name': 'chat', 'gen_ai.response.id': 'resp_1' }),
  };
  const event = { traceId, eventName: 'gen_ai.evaluation.result', timeUnixNano: 9, ...record };
  const all = [
    logsFragment({ resourceLogs: [{ scopeLogs: [{ logRecords: [event] }] }] }),
    spansFragment({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  ];
  const document = toTraceDocument(all, { derive: deriveTrace });
  if (document === null) throw new Error('the fragments say nothing');
  expect(schemaProblems(document)).toEqual([]);
  return document;
};

test('an evaluation that names its span is a score of it and of the trace', () => {
  const document = withEvaluation({ spanId, attributes: attributes(judged) });
  expect(document.spans[0]?.scores).toEqual([score]);
  expect(document.scores).toEqual([{ ...score, span_id: '0000000000000001' }]);
});

test('an evaluation that names only the response is a score of the span that got it', () => {
  const document = withEvaluation({ attributes: attributes({ ...judged, 'gen_ai.response.id': 'resp_1' }) });
  expect(document.spans[0]?.scores).toEqual([score]);
  expect(document.scores).toEqual([{ ...score, span_id: '0000000000000001' }]);
});

test('details of a call that name only the response belong to the span that got it', () => {
  const document = withEvaluation({
    eventName: 'gen_ai.client.inference.operation.details',
    attributes: attributes({
      'gen_ai.response.id': 'resp_1',
      'gen_ai.request.model': 'm',
      'gen_ai.output.messages': 'hello',
    }),
  });
  expect(document.spans[0]?.attributes).toMatchObject({ 'gen_ai.request.model': 'm', 'llm.response': 'hello' });
  expect(document.events).toHaveLength(1);
});

test('an evaluation that names neither is a score of the trace', () => {
  const document = withEvaluation({ attributes: attributes({ ...judged, 'gen_ai.response.id': 'resp_9' }) });
  expect(document.spans[0]).not.toHaveProperty('scores');
  expect(document.scores).toEqual([score]);
});

test('an evaluation as an event of the span, and OpenInference’s annotations', () => {
  const document = withDerived(
    documentOfSpans([
      {
        id: 'a',
        attributes: {
          'openinference.span.kind': 'LLM',
          'annotations.3.annotation.name': 'tone',
          'annotations.3.annotation.score': 1,
          'annotations.3.annotation.annotator_kind': 'HUMAN',
          'trace.evaluations.0.evaluation.name': 'goal',
          'trace.evaluations.0.evaluation.label': 'reached',
        },
        events: [{ name: 'gen_ai.evaluation.result', attributes: judged }],
      },
    ]),
  );
  expect(document.spans[0]?.scores).toEqual([score, { name: 'tone', value: 1, source: 'HUMAN' }]);
  expect(document.scores).toEqual([
    { ...score, span_id: 'a' },
    { name: 'tone', value: 1, source: 'HUMAN', span_id: 'a' },
    { name: 'goal', label: 'reached' },
  ]);
});
