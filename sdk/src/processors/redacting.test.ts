import { type Attributes, createTraceState, diag, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { STOCK_SDKS } from './contract/sdks.js';
import { RedactingSpanProcessor } from './index.js';

const SECRETS = ['ada@example.com', '4111 1111 1111 1111'];
const PLANTED = SECRETS.join(' and ');

/** Everywhere that an exporter could read. */
const everything = (span: ReadableSpan): string => {
  const bytes = ProtobufTraceSerializer.serializeRequest([span]) ?? new Uint8Array();
  const read = [
    span.name,
    span.status,
    span.attributes,
    span.events,
    span.links.map(({ attributes, context }) => [attributes, context.traceState?.serialize()]),
    span.spanContext().traceState?.serialize(),
    span.parentSpanContext?.traceState?.serialize(),
    span.instrumentationScope,
    span.resource.attributes,
    span.resource.getRawAttributes(),
    span.resource.merge(null).attributes,
    span.resource.schemaUrl,
    Object.keys(span),
  ];
  return Buffer.from(bytes).toString('latin1') + JSON.stringify(read);
};

describe.each(STOCK_SDKS)('with OpenTelemetry $line', ({ api, setUp }) => {
  const ids = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  const told = { ...ids, traceState: createTraceState('vendor=ada@example.com') };

  const planted = async (
    wrap: (next: SpanProcessor) => SpanProcessor,
    resource: Attributes = { 'service.name': PLANTED, 'host.name': 'a' },
  ) => {
    const { tracer, finish } = setUp(wrap, resource);
    const span = tracer.startSpan(
      `call ${PLANTED}`,
      {
        attributes: {
          text: PLANTED,
          list: ['fine', PLANTED],
          [`key ${SECRETS[0] ?? ''}`]: 1,
          json: JSON.stringify({ a: PLANTED }),
          n: 7,
        },
        links: [{ context: told, attributes: { link: PLANTED } }],
      },
      api.trace.setSpanContext(api.ROOT_CONTEXT, { ...told, isRemote: true }),
    );
    span.addEvent(`event ${PLANTED}`, { of: PLANTED });
    span.recordException(new Error(PLANTED));
    span.setStatus({ code: SpanStatusCode.ERROR, message: PLANTED });
    span.end();
    return { spans: await finish(), original: span as unknown as ReadableSpan };
  };

  test('a planted secret is nowhere in what comes out, while all else is', async () => {
    const { spans, original } = await planted((next) => new RedactingSpanProcessor(next));
    expect(spans).toHaveLength(1);
    const [span] = spans;
    for (const secret of SECRETS) expect(everything(span!)).not.toContain(secret);
    expect(span).toMatchObject({
      name: 'call [EMAIL] and [CARD]',
      kind: original.kind,
      startTime: original.startTime,
      endTime: original.endTime,
      status: { code: SpanStatusCode.ERROR, message: '[EMAIL] and [CARD]' },
      attributes: { text: '[EMAIL] and [CARD]', list: ['fine', '[EMAIL] and [CARD]'], n: 7 },
      resource: { attributes: { 'service.name': '[EMAIL] and [CARD]', 'host.name': 'a' } },
      ended: true,
    });
    expect(span!.spanContext()).toMatchObject({ traceId: ids.traceId, spanId: original.spanContext().spanId });
    expect(span!.parentSpanContext?.spanId).toBe(ids.spanId);
  });

  test('without it the same secrets are there: the test can fail', async () => {
    const { spans } = await planted((next) => next);
    for (const secret of SECRETS) expect(everything(spans[0]!)).toContain(secret);
  });

  test('the span itself stays as it is, for other processors', async () => {
    const { original } = await planted((next) => new RedactingSpanProcessor(next));
    expect(original.attributes['text']).toBe(PLANTED);
    expect(original.status.message).toBe(PLANTED);
  });

  test('spans of one provider keep one resource and one scope', async () => {
    const { tracer, finish } = setUp((next) => new RedactingSpanProcessor(next));
    tracer.startSpan('a').end();
    tracer.startSpan('b').end();
    const [a, b] = await finish();
    expect(a!.resource).toBe(b!.resource);
    expect(a!.instrumentationScope).toBe(b!.instrumentationScope);
  });

  test('options say what becomes of what, and wrong ones throw', async () => {
    const { spans } = await planted(
      (next) => new RedactingSpanProcessor(next, { actions: { card: 'keep-last-4' }, attributes: { text: 'drop' } }),
    );
    expect(spans[0]!.attributes).not.toHaveProperty('text');
    expect(spans[0]!.name).toMatch(/^call \[EMAIL\] and \*.*1111$/);
    expect(() => setUp((next) => new RedactingSpanProcessor(next, { action: 'hash' }))).toThrow(/redaction\.salt/);
  });

  test('a redactor of the application takes the place of ours; one that throws lets nothing out', async () => {
    const upper = { text: (text: string) => text.toUpperCase(), attributes: <T>(attributes: T) => attributes };
    const { spans } = await planted((next) => new RedactingSpanProcessor(next, upper));
    expect(spans[0]!.name).toBe(`CALL ${PLANTED.toUpperCase()}`);
    const errors: string[] = [];
    const note = (message: string): void => void errors.push(message);
    diag.setLogger({ error: note, warn: note, info: () => {}, debug: () => {}, verbose: () => {} });
    const throwing = {
      ...upper,
      text: (text: string): string => {
        throw new TypeError(text);
      },
    };
    try {
      expect((await planted((next) => new RedactingSpanProcessor(next, throwing))).spans).toEqual([]);
    } finally {
      diag.disable();
    }
    expect(errors.filter((error) => error.startsWith('Redacting'))).toEqual([
      'RedactingSpanProcessor: TypeError; the span is dropped',
    ]);
  });
});

test('what a resource finds out later is redacted too', async () => {
  const [{ setUp }] = STOCK_SDKS as [(typeof STOCK_SDKS)[number]];
  let found = (_value: string): void => {};
  const later = new Promise<string>((resolve) => (found = resolve));
  const resource = resourceFromAttributes({ 'host.name': later });
  const spans: ReadableSpan[] = [];
  const collecting: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => void spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const processor = new RedactingSpanProcessor(collecting);
  const { tracer, finish } = setUp(() => ({
    ...collecting,
    onEnd: (span) => processor.onEnd({ ...span, spanContext: () => span.spanContext(), resource }),
  }));
  tracer.startSpan('a').end();
  expect(spans[0]!.resource.asyncAttributesPending).toBe(true);
  const raw = spans[0]!.resource.getRawAttributes();
  found('host of ada@example.com');
  await spans[0]!.resource.waitForAsyncAttributes?.();
  expect(spans[0]!.resource.attributes).toEqual({ 'host.name': 'host of [EMAIL]' });
  expect(await raw[0]?.[1]).toBe('host of [EMAIL]');
  await finish();
});
