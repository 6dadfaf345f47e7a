import {
  createNamedFactsReader,
  type Prices,
  responseOf,
  sentTypeOf,
  STATUS_LEVEL_KEY,
  toldStatusOf,
} from '../dialects/index.js';
import { type EventDocument, groupBy, type Json, serviceOf, type SpanDocument } from '../document/index.js';
import { HANDOFF_KEYS, handoffOf } from './handoff.js';
import { ToldSpan } from './told-span.js';

const reader = createNamedFactsReader();

const LOW_HALF = 0xffffffffn;
const highOf = (nanos: bigint): number => Number(nanos >> 32n);
const lowOf = (nanos: bigint): number => Number(nanos & LOW_HALF);

const tell = (span: SpanDocument, more: readonly EventDocument[], prices: Prices | null): ToldSpan => {
  const named = reader.read(more.length === 0 ? span : { ...span, events: [...span.events, ...more] });
  const type = sentTypeOf(span) ?? named?.facts.type ?? 'span';
  const start = BigInt(span.start_unix_nano);
  const end = BigInt(span.end_unix_nano ?? 0);
  return new ToldSpan(
    {
      spanId: span.span_id,
      parentId: span.parent_span_id,
      type,
      scopeName: span.scope?.name ?? '',
      startHigh: highOf(start),
      startLow: lowOf(start),
      isEnded: span.end_unix_nano !== null,
      endHigh: highOf(end),
      endLow: lowOf(end),
      name: span.name,
      kind: span.kind,
      status: toldStatusOf(span.status, span.attributes[STATUS_LEVEL_KEY]),
      startTime: span.start_time,
      service: serviceOf(span),
      handoff: handoffOf(
        span.name,
        type,
        HANDOFF_KEYS.map((key): Json | undefined => span.attributes[key]),
      ),
    },
    named,
    prices,
  );
};

/**
 * Spans as they were sent, in the order of the document, and the events that belong to none of them: one that names a
 * response speaks for the first span that got it.
 */
export const toldOfDocuments = (
  spans: readonly SpanDocument[],
  events: readonly EventDocument[],
  prices: Prices | null,
): ToldSpan[] => {
  const told = spans.map((span) => tell(span, [], prices));
  const byResponse = groupBy(events, (event) => responseOf(event) ?? '');
  byResponse.delete('');
  if (byResponse.size === 0) return told;
  return told.map((one, at) => {
    const more = one.responseId === null ? undefined : byResponse.get(one.responseId);
    const span = spans[at];
    if (one.responseId === null || more === undefined || span === undefined) return one;
    byResponse.delete(one.responseId);
    return tell(span, more, prices);
  });
};
