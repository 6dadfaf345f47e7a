import { differing, sameJson } from './differing.js';
import { listOf, recordOf, textOf } from './narrow.js';
import { sentCounts, sentResource, sentScope } from './native-owner.js';
import { plainValue } from './native-value.js';
import { durationMillis, isoOfNanos, nanosOfIso, utcIso } from './time.js';
import type {
  Attributes,
  EventDocument,
  Json,
  LinkDocument,
  ScopeDocument,
  SpanDocument,
  SpanKind,
  SpanStatus,
} from './types.js';
import { newNotes, noted, type ValueTypes } from './value-types.js';

const KINDS: readonly string[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly string[] = ['ok', 'error', 'unset', 'timeout', 'cancelled'];
const ALL_ZEROS = /^0+$/;

const sentBeside = (sent: Attributes): { noveum?: Attributes } =>
  Object.keys(sent).length === 0 ? {} : { noveum: { sent } };

/** A time as the document shows it, where it is one. */
export const shownTime = (sent: Json | undefined): string | null => utcIso(textOf(sent) ?? '');

const withTimes = (sent: Attributes, ...names: readonly string[]): Attributes => {
  const times = names.flatMap((name) => {
    const time = shownTime(sent[name]);
    return time === null ? [] : [[name, time] as const];
  });
  return { ...sent, ...Object.fromEntries(times) };
};

export const eventOf = (sent: Json): EventDocument => {
  const event = recordOf(sent);
  const time = nanosOfIso(textOf(event.timestamp) ?? '');
  const shown = {
    name: textOf(event.name) ?? '',
    timestamp: shownTime(event.timestamp) ?? textOf(event.timestamp),
    attributes: recordOf(event.attributes),
    ...sentCounts(event, 'dropped_attributes_count'),
  };
  return {
    ...shown,
    ...(time === null ? {} : { time_unix_nano: String(time) }),
    ...sentBeside(differing(withTimes(event, 'timestamp'), shown)),
  };
};

const sentTraceState = (sent: Attributes): { trace_state?: string } => {
  const state = textOf(sent.trace_state);
  return state === null ? {} : { trace_state: state };
};

const linkOf = (sent: Json): LinkDocument => {
  const link = recordOf(sent);
  const shown = {
    trace_id: textOf(link.trace_id) ?? '',
    span_id: textOf(link.span_id) ?? '',
    attributes: recordOf(link.attributes),
    ...sentTraceState(link),
    ...sentCounts(link, 'dropped_attributes_count', 'flags'),
  };
  return { ...shown, ...sentBeside(differing(link, shown)) };
};

const scopeOf = (otel: Attributes): ScopeDocument | null => {
  const scope = recordOf(otel.scope);
  const name = textOf(scope.name);
  const version = textOf(scope.version);
  if (name === null && version === null) return null;
  return { ...(name === null ? {} : { name }), ...(version === null ? {} : { version }) };
};

const parentOf = (sent: Json | undefined): string | null => {
  const parent = textOf(sent);
  return parent === null || ALL_ZEROS.test(parent) ? null : parent;
};

const shownSpan = (span: Attributes, traceId: string): SpanDocument => {
  const start = nanosOfIso(textOf(span.start_time) ?? '') ?? 0n;
  const end = nanosOfIso(textOf(span.end_time) ?? '');
  const kind = textOf(recordOf(span.otel).kind) ?? textOf(span.kind) ?? 'INTERNAL';
  const scope = sentScope(span.scope) ?? scopeOf(recordOf(span.otel));
  const resource = sentResource(span.resource);
  const status = textOf(span.status) ?? 'unset';
  return {
    span_id: textOf(span.span_id) ?? '',
    trace_id: textOf(span.trace_id) ?? traceId,
    parent_span_id: parentOf(span.parent_span_id),
    name: textOf(span.name) ?? '',
    kind: (KINDS.includes(kind) ? kind : 'INTERNAL') as SpanKind,
    type: 'span',
    start_time: shownTime(span.start_time) ?? isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: shownTime(span.end_time),
    end_unix_nano: end === null ? null : String(end),
    duration_ms: end === null ? null : durationMillis(start, end),
    status: (STATUSES.includes(status) ? status : 'unset') as SpanStatus,
    status_message: textOf(span.status_message),
    attributes: recordOf(span.attributes),
    events: listOf(span.events).map(eventOf),
    links: listOf(span.links).map(linkOf),
    ...(span.exception === undefined || span.exception === null ? {} : { exception: recordOf(span.exception) }),
    ...sentTraceState(span),
    ...sentCounts(span, 'flags', 'dropped_attributes_count', 'dropped_events_count', 'dropped_links_count'),
    ...(resource === null ? {} : { resource }),
    ...(scope === null ? {} : { scope }),
  };
};

const endsBeforeStart = (span: SpanDocument): boolean =>
  span.end_unix_nano !== null && BigInt(span.end_unix_nano) < BigInt(span.start_unix_nano);

/** What each event and link itself keeps of what was sent isn't kept again, nor types that are noted as they were told. */
const sentOtherwise = (sent: Attributes, shown: SpanDocument, types: ValueTypes): Attributes => {
  const isKept = (name: string): boolean =>
    name === 'noveum'
      ? sameJson(sent[name], { types })
      : (name === 'events' || name === 'links') && Array.isArray(sent[name]);
  const others = Object.fromEntries(Object.entries(sent).filter(([name]) => !isKept(name)));
  return differing(withTimes(others, 'start_time', 'end_time'), shown);
};

/**
 * A native span, parsed. All that came is in it: what has no field of its own stays under `noveum.sent`. The document's
 * own fields for what OTLP says of a span (`resource`, `scope`, `trace_state`, …, `noveum.types`) mean the same here.
 */
export const spanOfNative = (parsed: unknown, traceId: string, maxValueBytes: number): SpanDocument => {
  const notes = newNotes(maxValueBytes);
  const told = recordOf(recordOf(recordOf(parsed).noveum).types);
  const sent = recordOf(plainValue(parsed, '', notes, told));
  const span = shownSpan(sent, traceId);
  const noveum: Attributes = {
    ...sentBeside(sentOtherwise(sent, span, notes.types)).noveum,
    ...noted(notes),
    ...(endsBeforeStart(span) ? { clock_skew: true } : {}),
  };
  return Object.keys(noveum).length === 0 ? span : { ...span, noveum };
};
