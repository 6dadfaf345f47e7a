import { type SpanDocument, toTraceDocument, type TraceDocument } from '../src/document/index.js';
import { nativeFragment } from './fragments.js';

/** A span as a test tells it; times in milliseconds from the trace's start. */
export interface ToldSpan {
  readonly id: string;
  readonly parent?: string;
  readonly name?: string;
  readonly scope?: string;
  readonly scopeVersion?: string;
  readonly from?: number;
  readonly to?: number;
  readonly status?: SpanDocument['status'];
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly events?: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

const START_MILLIS = Date.UTC(2026, 10, 21, 3);

const timeOf = (millis: number): string => new Date(START_MILLIS + millis).toISOString();

const sentSpan = (told: ToldSpan, at: number): object => ({
  span_id: told.id,
  parent_span_id: told.parent ?? null,
  name: told.name ?? told.id,
  start_time: timeOf(told.from ?? at),
  end_time: timeOf(told.to ?? (told.from ?? at) + 1),
  status: told.status ?? 'ok',
  ...(told.type === undefined ? {} : { type: told.type }),
  attributes: told.attributes ?? {},
  events: (told.events ?? []).map((event) => ({ timestamp: timeOf(told.from ?? at), ...event })),
  otel: { scope: { name: told.scope ?? 'drive', version: told.scopeVersion ?? '1.0.0' } },
});

/** The document of one trace with these spans. */
export const documentOfSpans = (spans: readonly ToldSpan[], head: object = {}): TraceDocument => {
  const trace = { trace_id: '0f8fad5bd9cb469fa16570867728950e', name: 'run', start_time: timeOf(0), ...head };
  const document = toTraceDocument([nativeFragment({ ...trace, spans: spans.map(sentSpan) })]);
  if (document === null) throw new Error('the fragment says nothing');
  return document;
};
