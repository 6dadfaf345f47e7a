import { textOf } from './narrow.js';
import type { LogEvent } from './otlp-logs.js';
import { isoOfNanos, nanosOfIso } from './time.js';
import type { Attributes, EventDocument, Json, SpanDocument, TraceSummary } from './types.js';

export const eventTime = (event: EventDocument): bigint => BigInt(event.time_unix_nano ?? '0');

interface Moment {
  readonly nanos: bigint;
  readonly text: string;
}

export interface Times {
  readonly start: Moment;
  readonly end: Moment | null;
}

const momentOf = (sent: Json | undefined): Moment | null => {
  const text = textOf(sent);
  const nanos = nanosOfIso(text ?? '');
  return text === null || nanos === null ? null : { nanos, text };
};

const momentOfNanos = (nanos: bigint): Moment => ({ nanos, text: isoOfNanos(nanos) });

/** Where there is no span: as sent, else from the first log record. */
export const timesOfHead = (head: Attributes, logs: readonly LogEvent[]): Times => ({
  start: momentOf(head.start_time) ?? momentOfNanos(logs[0] === undefined ? 0n : eventTime(logs[0])),
  end: momentOf(head.end_time),
});

/** From the earliest start to the latest end, each as precise as that span's. */
export const timesOfSpans = (first: SpanDocument, spans: readonly SpanDocument[]): Times => {
  let end: Moment | null = null;
  for (const span of spans) {
    if (span.end_time === null || span.end_unix_nano === null) continue;
    const nanos = BigInt(span.end_unix_nano);
    if (end === null || nanos > end.nanos) end = { nanos, text: span.end_time };
  }
  return { start: { nanos: BigInt(first.start_unix_nano), text: first.start_time }, end };
};

const NANOS_PER_MILLI = 1e6;

/**
 * When it ended, in nanoseconds since the Unix epoch, never before its start; null while it has no end. As precise as
 * its `end_time`, where `duration_ms` is rounded to microseconds; of that where the end lies beyond what stores hold.
 */
export const endNanosOf = (
  trace: Pick<TraceSummary, 'start_unix_nano' | 'end_time' | 'duration_ms'>,
): bigint | null => {
  if (trace.end_time === null || trace.duration_ms === null) return null;
  const start = BigInt(trace.start_unix_nano);
  const end = nanosOfIso(trace.end_time) ?? start + BigInt(Math.round(trace.duration_ms * NANOS_PER_MILLI));
  return end < start ? start : end;
};
