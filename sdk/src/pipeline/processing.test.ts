import fc from 'fast-check';

import { readableSpan, readableSpans } from '../../test/readable-spans.js';
import { createBufferPool, createSpanEncoder, PLAIN_SPAN } from '../encode/index.js';
import { createLedger } from '../ledger/index.js';
import { nodeWires } from './node/node-wires.js';
import { resolveOptions } from '../options/index.js';
import { pipelineSettingsOf } from './settings/index.js';
import { createProcessing } from './processing.js';

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { NoveumOptions } from '../options/index.js';

const settingsOf = (options: NoveumOptions) =>
  pipelineSettingsOf(resolveOptions({ code: { project: 'p', ...options } }).options, false);

const batchOf = (spans: readonly ReadableSpan[]) => {
  const encoder = createSpanEncoder();
  for (const span of spans) encoder.append(span);
  return encoder.take()!;
};

const start = (options: NoveumOptions = {}) => {
  const errors: unknown[] = [];
  const ledger = createLedger();
  const wires = nodeWires((error) => void errors.push(error));
  const processing = createProcessing(settingsOf(options), wires, ledger, createBufferPool());
  return { processing, errors, ledger };
};

const PLAIN = readableSpan({ attributes: { 'app.route': '/chat', 'user.id': 'jo@example.com' } });
const CHAT = readableSpan({ attributes: { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 3 } });

test('a batch that is said to be plain is one that no stage would change', async () => {
  const { processing, errors } = start({ redaction: false });
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(readableSpans, async (spans) => {
      for (const span of spans) {
        const batch = batchOf([span]);
        if (!batch.isPlain) continue;
        plain += 1;
        const processed = await processing.process({ ...batch, isPlain: false });
        expect(processed?.request).toBe(batch.request);
      }
    }),
    { numRuns: 300 },
  );
  expect(plain).toBeGreaterThan(50);
  expect(errors).toEqual([]);
});

describe('plain batches', () => {
  test('go by the stages, bytes and all', async () => {
    const { processing } = start({ redaction: false });
    const batch = batchOf([PLAIN, PLAIN]);
    expect(batch).toMatchObject({ isPlain: true, spanCount: 2 });
    expect(await processing.process(batch)).toBe(batch);
  });

  test.each<[string, NoveumOptions]>([
    ['redaction is on', { redaction: true }],
    ['texts are cut short', { limits: { attributeValueLengthLimit: 1_000 } }],
    ['attributes are few', { limits: { attributeCountLimit: 1 } }],
  ])('go through the stages where %s', async (_when, options) => {
    const { processing } = start(options);
    const long = readableSpan({ attributes: { a: 1, to: `jo@example.com ${'x'.repeat(PLAIN_SPAN.maxBytes - 120)}` } });
    const batch = batchOf([long]);
    expect(batch.isPlain).toBe(true);
    const processed = await processing.process(batch);
    expect(Buffer.from(processed!.request).equals(batch.request)).toBe(false);
  });

  test('go through the stages from when redaction is switched on', async () => {
    const { processing } = start({ redaction: false });
    processing.configure(settingsOf({ redaction: true }));
    const batch = batchOf([PLAIN]);
    const processed = await processing.process(batch);
    expect(Buffer.from(batch.request).toString()).toContain('jo@example.com');
    expect(Buffer.from(processed!.request).toString()).not.toContain('jo@example.com');
  });
});

test('a call gets what it lacks, with plain spans beside it', async () => {
  const { processing } = start({ redaction: false });
  const batch = batchOf([PLAIN, CHAT]);
  expect(batch.isPlain).toBe(false);
  const processed = await processing.process(batch);
  expect(Buffer.from(processed!.request).toString()).toContain('llm.model');
});

test.each([
  ['an event', { events: [{ name: 'e', time: [0, 0] as [number, number] }] }],
  ['a link', { links: [{ context: PLAIN.spanContext() }] }],
  ['more bytes', { attributes: { long: 'x'.repeat(PLAIN_SPAN.maxBytes) } }],
  ['a list of GenAI', { attributes: { 'gen_ai.response.finish_reasons': ['stop'] } }],
])('a span with %s is not plain, and the batch after it is', (_what, span) => {
  const encoder = createSpanEncoder();
  encoder.append(PLAIN);
  encoder.append(readableSpan(span));
  expect(encoder.take()).toMatchObject({ isPlain: false });
  encoder.append(PLAIN);
  expect(encoder.take()).toMatchObject({ isPlain: true });
});
