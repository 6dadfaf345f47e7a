import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { batchOf, DELIVERED } from '../../test/support/batches.js';
import { untraced } from './index.js';

afterEach(() => {
  context.disable();
  trace.disable();
});

test('what an exporter does makes no spans, also after it has waited', async () => {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const request = (): void => provider.getTracer('http').startSpan('POST').end();
  const exporter = untraced({
    name: 'instrumented',
    export: async () => {
      request();
      await Promise.resolve();
      request();
      return DELIVERED;
    },
    close: () => Promise.resolve(),
  });
  expect(await exporter.export(batchOf(1), new AbortController().signal)).toEqual(DELIVERED);
  expect(memory.getFinishedSpans()).toHaveLength(0);
  request();
  expect(memory.getFinishedSpans()).toHaveLength(1);
});
