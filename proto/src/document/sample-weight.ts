import type { SpanDocument } from './types.js';

/** What a sender says of how many traces this one stands for, where trace state doesn't. */
export const WEIGHT_KEY = 'noveum.sample_weight';

/** OpenTelemetry's 56 bits of randomness: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/ */
const DIGITS = 14;
const WHOLE = 2 ** 56;
const PLACES = 12;
/** As many as OpenTelemetry's least probability lets one stand for: more is no weight. */
const MOST = WHOLE;
/** Of what is counted by. */
const STEPS = 2 ** 16;

const OF_OTEL = /(?:^|,)[ \t]*ot=([^,]*)/;
const THRESHOLD = /(?:^|;)th:([0-9a-f]{1,14})(?:;|$)/;

const weightOf = (weight: number): number | null =>
  weight >= 1 && weight <= MOST ? Number(weight.toPrecision(PLACES)) : null;

/** Of a W3C trace state: `ot=th:c` was sampled with probability 1/4, and stands for 4; null: it doesn't say. */
const weightOfTraceState = (state: string): number | null => {
  const [, ofOtel = ''] = OF_OTEL.exec(state) ?? [];
  const [, digits] = THRESHOLD.exec(ofOtel.trim()) ?? [];
  if (digits === undefined) return null;
  return weightOf(WHOLE / (WHOLE - Number.parseInt(digits.padEnd(DIGITS, '0'), 16)));
};

/** How many traces a span's own stands for, by its attribute `WEIGHT_KEY`, else by its trace state; null: it doesn't say. */
export const toldWeightOf = (attribute: unknown, traceState: string | undefined): number | null =>
  (typeof attribute === 'number' ? weightOf(attribute) : null) ??
  (traceState === undefined ? null : weightOfTraceState(traceState));

/** How many traces one stands for, by its root's word, else by another span's; null: for itself, or nobody says. */
export const sampleWeightOf = (rootFirst: readonly SpanDocument[]): number | null => {
  for (const { attributes, trace_state: state } of rootFirst) {
    const weight = toldWeightOf(attributes[WEIGHT_KEY], state);
    if (weight !== null) return weight === 1 ? null : weight;
  }
  return null;
};

/**
 * What a trace is counted by, of a document's `sample_weight`: 1 where there is none. In whole steps of 1/65,536, so that
 * sums of weights are exact, whatever the order, and can be taken away again.
 */
export const countedWeightOf = (sampleWeight: number | null | undefined): number =>
  typeof sampleWeight === 'number' ? Math.round(sampleWeight * STEPS) / STEPS : 1;
