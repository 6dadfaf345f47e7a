import { stableText } from './stable-text.js';
import type { LogEvent } from './otlp-logs.js';
import type { Attributes, SpanDocument } from './types.js';

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

/** The trace-level fields of one native submission, `spans` left out. */
export interface TraceHead {
  readonly holdsRoot: boolean;
  readonly endUnixNano: string;
  readonly fields: Attributes;
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
  lengthFirst(a.endUnixNano, b.endUnixNano) ||
  lengthFirst(stableText(a.fields), stableText(b.fields));

const greaterHead = (a: TraceHead | null, b: TraceHead | null): TraceHead | null =>
  a === null ? b : b === null || compareHeads(a, b) >= 0 ? a : b;

const leastText = (a: string | null, b: string | null): string | null => (a === null ? b : b === null || a <= b ? a : b);

const unionSpans = (
  a: ReadonlyMap<string, SpanDocument>,
  b: Iterable<readonly [string, SpanDocument]>,
): ReadonlyMap<string, SpanDocument> => {
  const union = new Map(a);
  for (const [id, span] of b) {
    const held = union.get(id);
    if (held === undefined || compareSpans(held, span) < 0) union.set(id, span);
  }
  return union;
};

/** The spans of one submission, in which an id may come twice. */
export const spansById = (spans: readonly SpanDocument[]): ReadonlyMap<string, SpanDocument> =>
  unionSpans(
    new Map(),
    spans.map((span) => [span.span_id, span] as const),
  );

export const logsByText = (logs: readonly LogEvent[]): ReadonlyMap<string, LogEvent> =>
  new Map(logs.map((log) => [stableText(log), log]));

const firstSent = (a: TraceParts, b: TraceParts): string => {
  if (a.ingestedAtMillis !== b.ingestedAtMillis) return a.ingestedAtMillis < b.ingestedAtMillis ? a.traceId : b.traceId;
  return a.traceId <= b.traceId ? a.traceId : b.traceId;
};

export const unite = (a: TraceParts, b: TraceParts): TraceParts => ({
  project: a.project,
  traceId: firstSent(a, b),
  ingestedAtMillis: Math.min(a.ingestedAtMillis, b.ingestedAtMillis),
  processedAtMillis: Math.max(a.processedAtMillis, b.processedAtMillis),
  keyEnvironment: leastText(a.keyEnvironment, b.keyEnvironment),
  spans: unionSpans(a.spans, b.spans),
  logs: new Map([...a.logs, ...b.logs]),
  head: greaterHead(a.head, b.head),
});
