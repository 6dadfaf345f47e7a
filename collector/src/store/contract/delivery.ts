import { fragmentsOf } from '../../normalise/index.js';
import type { JournalRecord } from '../../journal/index.js';
import type { TraceFragment } from '../trace-store.js';
import { CONTRACT_PRICES } from './prices.js';
import { type LogModel, NOON_MILLIS, type SpanModel } from './models.js';
import { encodeLogs, encodeSpans } from './otlp-payload.js';

/** A native trace as the published SDKs send it. */
export type NativeModel = Readonly<Record<string, unknown>> & { readonly trace_id: string };

/** Whether the store is told what the visitor saw, or has to read the payload itself: it must not matter. */
export type Framing = 'facts' | 'payload';

export interface Arrival {
  /** Default `shop`. */
  readonly project?: string;
  /** Default: noon of the models' day. */
  readonly receivedAtMillis?: number;
  readonly keyEnvironment?: string | null;
  /** Default `facts`. */
  readonly framing?: Framing;
}

const arrive = (format: JournalRecord['format'], body: Uint8Array, arrival: Arrival): TraceFragment[] => {
  const record: JournalRecord = {
    format,
    body,
    receivedAtMillis: arrival.receivedAtMillis ?? NOON_MILLIS,
    project: arrival.project ?? 'shop',
    keyEnvironment: arrival.keyEnvironment ?? null,
    redactionVersion: 0,
    refused: [],
  };
  const fragments = fragmentsOf(record, undefined, CONTRACT_PRICES);
  return arrival.framing === 'payload' ? fragments.map((fragment) => ({ ...fragment, facts: null })) : fragments;
};

/** What one request of spans comes to, by the collector's own way of splitting it. */
export const spansArrive = (spans: readonly SpanModel[], arrival: Arrival = {}): TraceFragment[] =>
  arrive('otlp-traces', encodeSpans(spans), arrival);

export const logsArrive = (logs: readonly LogModel[], arrival: Arrival = {}): TraceFragment[] =>
  arrive('otlp-logs', encodeLogs(logs), arrival);

export const nativeArrives = (traces: readonly NativeModel[], arrival: Arrival = {}): TraceFragment[] =>
  arrive('native', Buffer.from(JSON.stringify({ traces })), arrival);
