import { ExportResultCode } from '@opentelemetry/core';
import { InMemorySpanExporter, type SpanExporter } from '@opentelemetry/sdk-trace-base';

import { batchOfSpans, spanIdOf, traceIdOf } from '../../../test/support/requests.js';
import { type Exporter, stock, systemClock } from '../index.js';

const never = new AbortController().signal;
const batch = batchOfSpans([
  { traceId: traceIdOf(1), spanId: spanIdOf(1), name: 'one' },
  { traceId: traceIdOf(1), spanId: spanIdOf(2), name: 'two', parentSpanId: spanIdOf(1) },
]);

const adapt = (
  exporter: SpanExporter,
  timeoutMillis?: number,
): { readonly exporter: Exporter; readonly errors: unknown[] } => {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const options = { clock: systemClock, onError, ...(timeoutMillis === undefined ? {} : { timeoutMillis }) };
  return { exporter: stock(exporter, options), errors };
};

const failing = (error?: Error): SpanExporter => ({
  export: (_spans, done) => {
    done({ code: ExportResultCode.FAILED, ...(error === undefined ? {} : { error }) });
  },
  shutdown: () => Promise.resolve(),
});

it('gives an exporter of OpenTelemetry the spans of a batch', async () => {
  const memory = new InMemorySpanExporter();
  const { exporter } = adapt(memory);
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  const spans = memory.getFinishedSpans();
  expect(spans.map((span) => [span.name, span.parentSpanContext?.spanId])).toEqual([
    ['one', undefined],
    ['two', spanIdOf(1)],
  ]);
  await exporter.close();
  expect(memory.getFinishedSpans()).toEqual([]);
});

it.each([
  [undefined, 'failed'],
  [Object.assign(new Error('with a prompt'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('with a prompt'), { code: 503 }), 'code_503'],
  [Object.assign(new Error('with a prompt'), { code: 429 }), 'code_429'],
  [Object.assign(new Error('with a prompt'), { code: 'a prompt' }), 'failed'],
])('may be tried again where it fails for now', async (error, reason) => {
  expect(await adapt(failing(error)).exporter.export(batch, never)).toEqual({ status: 'retry', reason });
});

it('is rejected where the backend refuses it for good', async () => {
  const error = Object.assign(new Error('with a prompt'), { code: 400 });
  expect(await adapt(failing(error)).exporter.export(batch, never)).toEqual({
    status: 'rejected',
    rejectedSpans: 2,
    reason: 'code_400',
  });
});

it('gives one up that never calls back, and one that is aborted', async () => {
  const mute: SpanExporter = { export: () => undefined, shutdown: () => Promise.reject(new Error('no')) };
  const { exporter, errors } = adapt(mute, 20);
  expect(await exporter.export(batch, never)).toEqual({ status: 'retry', reason: 'timeout' });
  expect(await exporter.export(batch, AbortSignal.abort())).toEqual({ status: 'retry', reason: 'aborted' });
  await exporter.close();
  expect(errors).toHaveLength(1);
});

it('tells what it throws, and rejects the batch', async () => {
  const throwing: SpanExporter = {
    export: () => {
      throw new Error('broken');
    },
    shutdown: () => Promise.resolve(),
  };
  const { exporter, errors } = adapt(throwing);
  expect(await exporter.export(batch, never)).toMatchObject({ status: 'rejected', reason: 'exporter_threw' });
  expect(errors).toHaveLength(1);
});
