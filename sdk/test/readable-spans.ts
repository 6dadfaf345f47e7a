import {
  createTraceState,
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

/** Any span that OpenTelemetry's SDK can end with, and some that only other makers of spans come up with. */

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '\ud800',
    'x\udc00y',
    'é'.repeat(60),
    'a'.repeat(127),
    'a'.repeat(128),
    '\ufeffmark',
    'ü'.repeat(70),
  ),
  // Lone surrogates anywhere.
  fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
);

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 2 ** 63, -(2 ** 63), 2 ** 53, -1, -(2 ** 32), 1e300, 0.1),
);

const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.constant(undefined));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

const attributes = fc.dictionary(text, value, { maxKeys: 5 }) as fc.Arbitrary<Attributes>;
const hex = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${String(length)}}$`)).filter((id) => !/^0+$/.test(id));

const time: fc.Arbitrary<HrTime> = fc.tuple(fc.nat(0xffffffff), fc.nat(999_999_999));
const count = fc.oneof(fc.constant(0), fc.nat(300));

const context: fc.Arbitrary<SpanContext> = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    traceFlags: fc.nat(255),
    isRemote: fc.boolean(),
    traceState: fc.constantFrom('a=1', 'vendor=x:y,other=2').map((state) => createTraceState(state)),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);

const event: fc.Arbitrary<TimedEvent> = fc.record(
  { name: text, time, attributes, droppedAttributesCount: count },
  { requiredKeys: ['name', 'time'] },
);

const link: fc.Arbitrary<Link> = fc.record(
  { context, attributes, droppedAttributesCount: count },
  { requiredKeys: ['context'] },
);

const scope = fc.record(
  { name: text, version: text, schemaUrl: text, attributes, droppedAttributesCount: count },
  { requiredKeys: ['name'] },
);

const resource = fc
  .record({ attributes, schemaUrl: text }, { requiredKeys: ['attributes'] })
  .map(({ attributes: own, schemaUrl }) => resourceFromAttributes(own, schemaUrl === undefined ? {} : { schemaUrl }));

/** Ended spans of such owners. */
const spanOf = (
  owners: fc.Arbitrary<Pick<ReadableSpan, 'resource' | 'instrumentationScope'>>,
): fc.Arbitrary<ReadableSpan> =>
  fc
    .tuple(
      owners,
      context,
      fc.option(context, { nil: undefined }),
      fc.record({
        name: text,
        kind: fc.constantFrom(
          SpanKind.INTERNAL,
          SpanKind.SERVER,
          SpanKind.CLIENT,
          SpanKind.PRODUCER,
          SpanKind.CONSUMER,
        ),
        startTime: time,
        endTime: time,
        duration: time,
        ended: fc.constant(true),
        status: fc.record(
          { code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR), message: text },
          { requiredKeys: ['code'] },
        ),
        attributes,
        events: fc.array(event, { maxLength: 2 }),
        links: fc.array(link, { maxLength: 2 }),
        droppedAttributesCount: count,
        droppedEventsCount: count,
        droppedLinksCount: count,
      }),
    )
    .map(([owner, own, parent, rest]) => ({
      ...rest,
      ...owner,
      spanContext: () => own,
      ...(parent === undefined ? {} : { parentSpanContext: parent }),
    }));

/** A batch whose spans come from up to three resources and scopes, in any order. */
export const readableSpans: fc.Arbitrary<ReadableSpan[]> = fc
  .tuple(fc.array(resource, { minLength: 1, maxLength: 3 }), fc.array(scope, { minLength: 1, maxLength: 3 }))
  .chain(([resources, scopes]) =>
    fc.array(
      spanOf(fc.record({ resource: fc.constantFrom(...resources), instrumentationScope: fc.constantFrom(...scopes) })),
      { minLength: 1, maxLength: 4 },
    ),
  );

/** A span of the stock SDK's shape, with what a test is about. */
export const readableSpan = (own: Partial<ReadableSpan> = {}): ReadableSpan => ({
  name: 'chat',
  kind: SpanKind.CLIENT,
  spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }),
  startTime: [1_700_000_000, 1],
  endTime: [1_700_000_001, 999_999_999],
  duration: [1, 999_999_998],
  ended: true,
  status: { code: SpanStatusCode.UNSET },
  attributes: {},
  events: [],
  links: [],
  resource: RESOURCE,
  instrumentationScope: SCOPE,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  ...own,
});

const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });
const SCOPE = { name: 'noveum-trace', version: '0.1.0' };
