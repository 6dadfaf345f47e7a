import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { DerivedSpan, deriveSpan, priceUsdOf } from 'noveum-proto/dialects';

type SpanInput = Parameters<typeof deriveSpan>[0];
type SentAttributes = SpanInput['attributes'];

/** OpenTelemetry's attributes are JSON already. */
const sent = (attributes: Attributes | undefined): SentAttributes => (attributes ?? {}) as SentAttributes;

const nanosOf = ([seconds, nanos]: HrTime): string =>
  (BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos))).toString();

/** By OpenTelemetry's numbers. */
const KINDS = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;

/** What the rules look at, of an ended span. */
const inputOf = (span: ReadableSpan): SpanInput => {
  const { name, version } = span.instrumentationScope;
  return {
    name: span.name,
    kind: KINDS[span.kind],
    attributes: sent(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timestamp: null,
      time_unix_nano: nanosOf(event.time),
      attributes: sent(event.attributes),
    })),
    parent_span_id: span.parentSpanContext?.spanId ?? null,
    scope: version === undefined ? { name } : { name, version },
    resource: { attributes: sent(span.resource.attributes) },
    start_unix_nano: nanosOf(span.startTime),
    end_unix_nano: nanosOf(span.endTime),
  };
};

export interface Rules {
  /** What Noveum's rules say of a span in any dialect: canonical names, and the facts it is priced by. */
  readonly derive: (span: ReadableSpan) => DerivedSpan;
  readonly priceUsdOf: typeof priceUsdOf;
}

/** They are loaded when they are first needed: most applications have them in a thread. */
export const loadRules = async (): Promise<Rules> => {
  const rules = await import('noveum-proto/dialects');
  return { derive: (span) => rules.deriveSpan(inputOf(span)), priceUsdOf: rules.priceUsdOf };
};

const SCALARS = ['string', 'number', 'boolean'];
const isScalar = (value: unknown): boolean => SCALARS.includes(typeof value);
const isOfOneType = (values: readonly unknown[]): boolean =>
  values.every((one) => isScalar(one) && typeof one === typeof values[0]);

/** What an attribute of OpenTelemetry can't hold goes as JSON, as the semantic conventions have it. */
export const toAttribute = (value: unknown): AttributeValue =>
  isScalar(value) || (Array.isArray(value) && isOfOneType(value)) ? (value as AttributeValue) : JSON.stringify(value);
