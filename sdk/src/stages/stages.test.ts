import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';

import { type ExportBatch, getClient, init, type NoveumOptions } from '../index.js';
import { readableSpansOf } from '../records/index.js';

const startCollecting = (options: NoveumOptions) => {
  const batches: ExportBatch[] = [];
  const client = init({
    exporters: [
      {
        name: 'memory',
        export: (batch: ExportBatch) => {
          batches.push({ ...batch, request: batch.request.slice() });
          return Promise.resolve({ status: 'delivered' as const });
        },
        close: () => Promise.resolve(),
      },
    ],
    ...options,
  });
  const spans = async () => {
    await client.flush();
    return batches.flatMap(({ request }) => readableSpansOf(request));
  };
  return { client, batches, spans };
};

afterEach(async () => {
  await getClient()?.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
});

const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 100,
};

test("a call gets the trace document's names and what it cost; a plain span stays as it is", async () => {
  const { spans } = startCollecting({});
  trace.getTracer('t').startSpan('chat', { attributes: CHAT }).end();
  trace
    .getTracer('t')
    .startSpan('step', { attributes: { 'app.step': 1 } })
    .end();
  const [chat, step] = await spans();
  expect(chat?.attributes).toMatchObject({
    ...CHAT,
    'llm.model': 'gpt-4o',
    'llm.provider': 'openai',
    'llm.total_tokens': 1_100,
  });
  expect(chat?.attributes['llm.cost']).toBeCloseTo(1_000 * 2.5e-6 + 100 * 1e-5, 9);
  expect(step?.attributes).toEqual({ 'app.step': 1 });
});

test('with redaction, what is personal leaves by no channel; texts are cut after that', async () => {
  const { spans, batches } = startCollecting({
    redaction: true,
    limits: { attributeValueLengthLimit: 40 },
    resourceAttributes: { owner: 'jane.doe@example.com' },
  });
  const card = '4111 1111 1111 1111';
  const span = trace.getTracer('t').startSpan('call jane.doe@example.com', {
    attributes: { 'app.note': `${'x'.repeat(30)} ${card} and more`, 'jane.doe@example.com': 1, list: [card] },
    links: [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }, attributes: { card } }],
  });
  span.addEvent(`paid by ${card}`, { card });
  span.setStatus({ code: SpanStatusCode.ERROR, message: `no ${card}` });
  span.end();
  const [redacted] = await spans();
  expect(redacted?.attributes['app.note']).toBe(`${'x'.repeat(30)} [CARD] an`);
  const bytes = batches.map(({ request }) => Buffer.from(request).toString('latin1')).join('');
  expect(bytes).not.toContain('jane.doe');
  expect(bytes).not.toContain('4111');
});

test('rules by attribute keep, drop and redact as a whole', async () => {
  const { spans } = startCollecting({
    redaction: { attributes: { 'app.contact': 'keep', 'app.secret': 'drop', 'app.private.*': 'redact' } },
  });
  const mail = 'jane.doe@example.com';
  trace
    .getTracer('t')
    .startSpan('s', { attributes: { 'app.contact': mail, 'app.secret': 1, 'app.private.age': 41, 'app.other': mail } })
    .end();
  const [span] = await spans();
  expect(span?.attributes).toEqual({ 'app.contact': mail, 'app.private.age': '[REDACTED]', 'app.other': '[EMAIL]' });
});

test('where redaction can not be set up nothing goes out, with a count and an error', async () => {
  const told: string[] = [];
  const { client, spans } = startCollecting({
    redaction: { patterns: [{ name: 'broken', pattern: '(' }] },
    onError: (_error, where) => void told.push(where),
  });
  trace.getTracer('t').startSpan('s').end();
  expect(await spans()).toEqual([]);
  expect(client.getStats().droppedSpans).toEqual({ stage_failed: 1 });
  expect(told).toEqual(['stage']);
});

test('a keep-rule sends the traces that failed, whole, and counts the others', async () => {
  const { client, spans } = startCollecting({ sampling: { ratio: 0 }, keep: { errors: true } });
  const tracer = trace.getTracer('t');
  for (const fails of [false, true]) {
    tracer.startActiveSpan(fails ? 'failing' : 'well', (root) => {
      const child = tracer.startSpan('child');
      if (fails) child.setStatus({ code: SpanStatusCode.ERROR });
      child.end();
      root.end();
    });
  }
  const kept = await spans();
  expect(kept.map(({ name }) => name).sort()).toEqual(['child', 'failing']);
  expect(client.getStats()).toMatchObject({ createdSpans: 4, queuedSpans: 0, droppedSpans: { not_kept: 2 } });
  expect(client.health().status).toBe('healthy');
});

test('redaction that is switched on while running holds from the next span on', async () => {
  const { client, spans } = startCollecting({});
  const mail = { mail: 'jane.doe@example.com' };
  trace.getTracer('t').startSpan('before', { attributes: mail }).end();
  await client.flush();
  expect(client.configure({ redaction: true })).toEqual([]);
  trace.getTracer('t').startSpan('after', { attributes: mail }).end();
  expect((await spans()).map(({ attributes }) => attributes)).toEqual([mail, { mail: '[EMAIL]' }]);
});
