import type { JournalRecord } from '../../../src/journal/index.js';
import {
  DAY,
  encodeSpans,
  MILLI,
  NOON,
  spanIdOf,
  spanModel,
  type SpanModel,
  traceIdOf,
} from '../../../src/store/contract/index.js';
import { below, oneOf, type Random } from './random.js';

/** Its traces are older than the retention: they may go at any time, and what comes late begins them anew. */
export const EXPIRING_PROJECT = 'old';
/** Larger requests take several commits; the same in every life, as in every process. */
export const COMMIT_BYTES = 1_500;

export const RETENTION_DAYS = 5;

const TRACES = 8;
const SPANS = 5;
const HOUR = 3_600_000n * MILLI;

const startOf = (project: string, trace: number, span: number): bigint => {
  if (project === EXPIRING_PROJECT) return NOON - 10n * DAY + BigInt(span) * MILLI;
  const first = NOON - BigInt(trace % 3) * DAY;
  return first + BigInt(span) * (trace % 2 === 0 ? MILLI : 7n * HOUR);
};

const isoOf = (unixNano: bigint): string => new Date(Number(unixNano / MILLI)).toISOString();

/** Always the same for the same numbers, so that a repeat is one, however requests are cut. */
const spanOf = (project: string, trace: number, span: number, isFinished: boolean): SpanModel => {
  const startUnixNano = startOf(project, trace, span);
  return spanModel({
    traceId: traceIdOf(trace),
    spanId: spanIdOf(trace * SPANS + span),
    parentSpanId: span === 0 ? null : spanIdOf(trace * SPANS),
    name: `step ${String(span)}`,
    startUnixNano,
    endUnixNano: isFinished ? startUnixNano + BigInt(1 + span) * 3n * MILLI : null,
    statusCode: (trace + span) % 4 === 0 ? 2 : 0,
    attributes: { 'user.id': `user ${String(trace % 2)}`, text: 'x'.repeat(40 * span) },
    service: `service ${String(span % 2)}`,
  });
};

const otlpBody = (random: Random, project: string): Buffer => {
  const spans: SpanModel[] = [];
  for (let count = below(random, 3); count >= 0; count--) {
    const trace = below(random, TRACES);
    for (let more = below(random, 3); more >= 0; more--)
      spans.push(spanOf(project, trace, below(random, SPANS), random() < 0.7));
  }
  return encodeSpans(spans);
};

const nativeBody = (random: Random, project: string): Buffer => {
  const trace = TRACES + below(random, 4);
  const trace_id = `0f8fad5b-d9cb-469f-a165-7086772895${String(trace).padStart(2, '0')}`;
  const spans = Array.from({ length: 1 + below(random, SPANS - 1) }, (_, span) => ({
    span_id: `span-${String(span)}`,
    trace_id,
    parent_span_id: span === 0 ? null : 'span-0',
    name: `native ${String(span)}`,
    start_time: isoOf(startOf(project, trace, span)),
    end_time: isoOf(startOf(project, trace, span) + 5n * MILLI),
    status: span === 3 ? 'error' : 'ok',
    attributes: {},
    events: [],
  }));
  const from = below(random, spans.length);
  const start_time = isoOf(startOf(project, trace, 0));
  return Buffer.from(
    JSON.stringify({ traces: [{ trace_id, name: 'native', start_time, spans: spans.slice(from), attributes: {} }] }),
  );
};

/** A request of one or more traces, new or known, whole or in parts. */
export const anyRequest = (random: Random, nowMillis: number): JournalRecord => {
  const project = oneOf(random, ['shop', 'shop', 'shop', 'other', EXPIRING_PROJECT]);
  const isNative = random() < 0.25;
  return {
    format: isNative ? 'native' : 'otlp-traces',
    receivedAtMillis: nowMillis,
    project,
    keyEnvironment: null,
    redactionVersion: 0,
    refused: [],
    body: isNative ? nativeBody(random, project) : otlpBody(random, project),
  };
};
