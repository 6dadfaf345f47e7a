import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

import { globalProvider, installProvider, joinProvider } from './index.js';

afterEach(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});

const install = (exporter: InMemorySpanExporter) =>
  installProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    sampler: new AlwaysOnSampler(),
    spanProcessor: new SimpleSpanProcessor(exporter),
    spanLimits: { attributeCountLimit: 3 },
    contextManager: new AsyncLocalStorageContextManager(),
    propagator: new W3CTraceContextPropagator(),
  });

test('an own provider is the global one, with context over awaits and with propagation', async () => {
  const exporter = new InMemorySpanExporter();
  install(exporter);
  const carrier: Record<string, string> = {};
  await trace.getTracer('t').startActiveSpan('outer', async (outer) => {
    await Promise.resolve();
    trace.getTracer('t').startSpan('inner').end();
    propagation.inject(context.active(), carrier);
    outer.end();
  });
  const [inner, outer] = exporter.getFinishedSpans();
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  expect(carrier['traceparent']).toContain(outer?.spanContext().spanId);
  expect(outer?.resource.attributes['service.name']).toBe('shop');
});

test('attributes are limited by number, their values by none: redaction has to see them whole', () => {
  const exporter = new InMemorySpanExporter();
  install(exporter);
  const long = 'x'.repeat(1_000_000);
  trace
    .getTracer('t')
    .startSpan('s', { attributes: { a: long, b: 1, c: 2, d: 3 } })
    .end();
  const [span] = exporter.getFinishedSpans();
  expect(span?.attributes['a']).toBe(long);
  expect(span?.droppedAttributesCount).toBe(1);
});

test('after leaving, the global places are free again', () => {
  const active = install(new InMemorySpanExporter());
  expect(globalProvider()).toBeDefined();
  active.leave();
  expect(globalProvider()).toBeUndefined();
});

test('a provider that is there already is joined: spans reach both, and after leaving the first alone', () => {
  const theirs = new InMemorySpanExporter();
  const ours = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(theirs)] }));
  const provider = globalProvider();
  if (provider === undefined) throw new Error('there is one');
  const joined = joinProvider(provider, new SimpleSpanProcessor(ours));
  trace.getTracer('t').startSpan('both').end();
  joined?.leave();
  trace.getTracer('t').startSpan('theirs alone').end();
  expect(joined?.isJoined).toBe(true);
  expect(ours.getFinishedSpans().map(({ name }) => name)).toEqual(['both']);
  expect(theirs.getFinishedSpans().map(({ name }) => name)).toEqual(['both', 'theirs alone']);
});

test('a provider that takes no processor is told as such', () => {
  expect(
    joinProvider({ getTracer: () => trace.getTracer('t') }, new SimpleSpanProcessor(new InMemorySpanExporter())),
  ).toBeUndefined();
});
