import { stableText } from './stable-text.js';
import type { LogEvent } from './otlp-logs.js';
import { endOfHead, type TraceHead } from './trace-head.js';
import type { SpanDocument } from './types.js';

/**
 * What is known of a trace, as a lattice: every field is joined by a union or a maximum, so that the union of parts
 * is commutative, associative and idempotent by construction. A document is derived from it.
 */
export interface TraceParts {
  readonly project: string;
  /** As first sent. */
  readonly traceId: string;
  readonly ingestedAtMillis: number;
  readonly processedAtMillis: number;
  readonly keyEnvironment: string | null;
  /** By span id, without the events that came as logs. */
  readonly spans: ReadonlyMap<string, SpanDocument>;
  /** Log records, by their stable text. */
  readonly logs: ReadonlyMap<string, LogEvent>;
  readonly head: TraceHead | null;
}

const lengthFirst = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Negative where `a` loses: finished before unfinished, then the later end, then the greater content. */
const compareSpans = (a: SpanDocument, b: SpanDocument): number => {
  if (a === b) return 0;
  const byEnd = lengthFirst(a.end_unix_nano ?? '', b.end_unix_nano ?? '');
  if (byEnd !== 0) return byEnd;
  return lengthFirst(stableText(a), stableText(b));
};

const compareHeads = (a: TraceHead, b: TraceHead): number =>
  Number(a.holdsRoot) - Number(b.holdsRoot) ||
  lengthFirst(endOfHead(a), endOfHead(b)) ||
  lengthFirst(stableText(a), stableText(b));

const greaterHead = (a: TraceHead | null, b: TraceHead | null): TraceHead | null =>
  a === null ? b : b === null || compareHeads(a, b) >= 0 ? a : b;

const leastText = (a: string | null, b: string | null): string | null =>
  a === null ? b : b === null || a <= b ? a : b;

const takeSpan = (into: Map<string, SpanDocument>, id: string, span: SpanDocument): void => {
  const held = into.get(id);
  if (held === undefined || compareSpans(held, span) < 0) into.set(id, span);
};

/** The spans of one submission, in which an id may come twice. */
export const spansById = (spans: readonly SpanDocument[]): ReadonlyMap<string, SpanDocument> => {
  const byId = new Map<string, SpanDocument>();
  for (const span of spans) takeSpan(byId, span.span_id, span);
  return byId;
};

export const logsByText = (logs: readonly LogEvent[]): ReadonlyMap<string, LogEvent> =>
  new Map(logs.map((log) => [stableText(log), log]));

/** The id of the part that came first; of parts that came at once, the lesser. */
const firstSent = (a: TraceParts, b: TraceParts): string => {
  if (a.ingestedAtMillis !== b.ingestedAtMillis) return a.ingestedAtMillis < b.ingestedAtMillis ? a.traceId : b.traceId;
  return a.traceId <= b.traceId ? a.traceId : b.traceId;
};

/** The union of all parts, of one trace and at least one. */
export const unite = (first: TraceParts, ...more: readonly TraceParts[]): TraceParts => {
  const spans = new Map(first.spans);
  const logs = new Map(first.logs);
  let united = first;
  for (const part of more) {
    for (const [id, span] of part.spans) takeSpan(spans, id, span);
    for (const [text, log] of part.logs) logs.set(text, log);
    united = {
      project: united.project,
      traceId: firstSent(united, part),
      ingestedAtMillis: Math.min(united.ingestedAtMillis, part.ingestedAtMillis),
      processedAtMillis: Math.max(united.processedAtMillis, part.processedAtMillis),
      keyEnvironment: leastText(united.keyEnvironment, part.keyEnvironment),
      spans,
      logs,
      head: greaterHead(united.head, part.head),
    };
  }
  return united;
};
