import type { Attributes, EventDocument, ScoreDocument, SpanDocument, TraceDocument } from './types.js';

/** What a trace says beyond what was sent, in whatever dialect. */
export interface DerivedTrace {
  /** The spans given, in their order, each with `noveum.derived` where something was derived. */
  readonly spans: readonly SpanDocument[];
  /** Of the trace; none that was sent is taken. */
  readonly attributes: Attributes;
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly scores: readonly ScoreDocument[];
}

/**
 * Derives from the spans of one trace, in their final order and as sent, and from the events that belong to none of
 * them. Pure: it changes nothing that was sent, and says the same for the same.
 */
export type Derive = (spans: readonly SpanDocument[], events: readonly EventDocument[]) => DerivedTrace;

/** Derives nothing. */
export const asSent: Derive = (spans) => ({ spans, attributes: {}, models: [], providers: [], scores: [] });

/** The names of attributes that were derived. */
const derivedKeys = (noveum: Attributes | undefined): ReadonlySet<string> => {
  const keys = (noveum?.derived as Attributes | undefined)?.keys;
  return new Set(Array.isArray(keys) ? (keys as readonly string[]) : []);
};

const without = (attributes: Attributes, keys: ReadonlySet<string>): Attributes =>
  keys.size === 0 ? attributes : Object.fromEntries(Object.entries(attributes).filter(([name]) => !keys.has(name)));

/** The status as it was sent, where another was derived. */
const sentStatus = (noveum: Attributes | undefined): Partial<Pick<SpanDocument, 'status' | 'status_message'>> =>
  ((noveum?.derived as Attributes | undefined)?.sent_status ?? {}) as Partial<
    Pick<SpanDocument, 'status' | 'status_message'>
  >;

/** The span as it was sent. */
export const sentSpan = (span: SpanDocument): SpanDocument => {
  if (span.type === 'span' && span.noveum?.derived === undefined) return span;
  const { scores: _scores, noveum, ...sent } = span;
  const { cost: _cost, derived: _derived, ...notes } = noveum ?? {};
  return {
    ...sent,
    ...sentStatus(noveum),
    type: 'span',
    attributes: without(span.attributes, derivedKeys(noveum)),
    ...(Object.keys(notes).length === 0 ? {} : { noveum: notes }),
  };
};

/** The trace's own attributes as they were sent. */
export const sentAttributes = ({ attributes, noveum }: Pick<TraceDocument, 'attributes' | 'noveum'>): Attributes =>
  without(attributes, derivedKeys(noveum));
