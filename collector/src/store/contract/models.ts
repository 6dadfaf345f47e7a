export type AttributeValue = string | number | boolean | readonly string[];

/** A span as a sender would speak of it. */
export interface SpanModel {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Null: a root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly startUnixNano: bigint;
  /** Null: it has not ended. */
  readonly endUnixNano: bigint | null;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: 0 | 1 | 2;
  readonly statusMessage: string | null;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly EventModel[];
  /** Of the resource. */
  readonly service: string | null;
  readonly environment: string | null;
  /** The distribution of an SDK; null: none is told. */
  readonly sdk: string | null;
}

export interface EventModel {
  readonly name: string;
  readonly unixNano: bigint;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface LogModel {
  readonly traceId: string;
  /** Null: it belongs to the trace alone. */
  readonly spanId: string | null;
  readonly eventName: string;
  readonly unixNano: bigint;
  readonly body: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** 2026-11-20T12:00:00Z. */
export const NOON = 1_795_176_000_000_000_000n;
export const MILLI = 1_000_000n;
export const DAY = 86_400_000n * MILLI;
export const NOON_MILLIS = Number(NOON / MILLI);

export const traceIdOf = (number: number): string => `${'a'.repeat(24)}${number.toString(16).padStart(8, '0')}`;
export const spanIdOf = (number: number): string => `${'b'.repeat(8)}${number.toString(16).padStart(8, '0')}`;

/** A finished root without anything special. */
export const spanModel = (changes: Partial<SpanModel> = {}): SpanModel => ({
  traceId: traceIdOf(0),
  spanId: spanIdOf(0),
  parentSpanId: null,
  name: 'request',
  startUnixNano: NOON,
  endUnixNano: NOON + 100n * MILLI,
  statusCode: 0,
  statusMessage: null,
  attributes: {},
  events: [],
  service: 'api',
  environment: null,
  sdk: null,
  ...changes,
});
