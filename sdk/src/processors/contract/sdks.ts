import { createRequire } from 'node:module';
import { join } from 'node:path';

import type * as Api from '@opentelemetry/api';
import type { Attributes, Tracer } from '@opentelemetry/api';
import type * as Resources from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type * as Sdk from '@opentelemetry/sdk-trace-base';

export interface StockSetUp {
  readonly tracer: Tracer;
  /** Flushes, and gives what has come out at the end. */
  readonly finish: () => Promise<readonly ReadableSpan[]>;
}

/** One line of OpenTelemetry, as an application sets it up. */
export interface StockSdk {
  readonly line: string;
  readonly api: typeof Api;
  /** `wrap` is what is tested: it comes before the line's own processor and exporter. */
  readonly setUp: (wrap: (next: SpanProcessor) => SpanProcessor, resource?: Attributes) => StockSetUp;
  /** The line's BatchSpanProcessor. */
  readonly batching: (exporter: Sdk.SpanExporter) => SpanProcessor;
}

const ROOT = join(__dirname, '../../../..');

const finishing = (
  provider: Pick<Sdk.BasicTracerProvider, 'getTracer' | 'forceFlush' | 'shutdown'>,
  exporter: Sdk.InMemorySpanExporter,
): StockSetUp => ({
  tracer: provider.getTracer('scope', '1.0.0', { schemaUrl: 'https://example.com/schema' }),
  finish: async () => {
    await provider.forceFlush();
    const spans = [...exporter.getFinishedSpans()];
    await provider.shutdown();
    return spans;
  },
});

const line2 = (): StockSdk => {
  const load = createRequire(join(ROOT, 'sdk/package.json'));
  const { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor } = load(
    '@opentelemetry/sdk-trace-base',
  ) as typeof Sdk;
  const { resourceFromAttributes } = load('@opentelemetry/resources') as typeof Resources;
  return {
    line: '2.12',
    api: load('@opentelemetry/api') as typeof Api,
    batching: (exporter) => new BatchSpanProcessor(exporter),
    setUp: (wrap, resource = {}) => {
      const exporter = new InMemorySpanExporter();
      const spanProcessors = [wrap(new SimpleSpanProcessor(exporter))];
      return finishing(
        new BasicTracerProvider({ spanProcessors, resource: resourceFromAttributes(resource) }),
        exporter,
      );
    },
  };
};

/** What 3.x calls otherwise; its types, where they matter here, are those of 2.x. */
interface Sdk3 {
  readonly TracerProvider: new (options: object) => Sdk.BasicTracerProvider;
  readonly InMemorySpanExporter: typeof Sdk.InMemorySpanExporter;
  readonly BatchSpanProcessor: new (options: { exporter: Sdk.SpanExporter }) => SpanProcessor;
  readonly SimpleSpanProcessor: new (options: { exporter: Sdk.SpanExporter }) => SpanProcessor;
}

/** It has an API, and so a place in the tree, of its own. */
const line3 = (): StockSdk => {
  const load = createRequire(join(ROOT, 'examples/opentelemetry-3/package.json'));
  const { TracerProvider, BatchSpanProcessor, InMemorySpanExporter, SimpleSpanProcessor } = load(
    '@opentelemetry/sdk-trace',
  ) as Sdk3;
  const { resourceFromAttributes } = load('@opentelemetry/resources') as typeof Resources;
  return {
    line: '3.1',
    api: load('@opentelemetry/api') as typeof Api,
    batching: (exporter) => new BatchSpanProcessor({ exporter }),
    setUp: (wrap, resource = {}) => {
      const exporter = new InMemorySpanExporter();
      const spanProcessors = [wrap(new SimpleSpanProcessor({ exporter }))];
      return finishing(new TracerProvider({ spanProcessors, resource: resourceFromAttributes(resource) }), exporter);
    },
  };
};

/** The lines of OpenTelemetry that the pieces are for. */
export const STOCK_SDKS: readonly StockSdk[] = [line2(), line3()];
