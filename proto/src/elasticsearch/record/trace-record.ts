import {
  countedWeightOf,
  endNanosOf,
  type Fragment,
  type SpanDocument,
  type TraceSummary,
} from '../../document/index.js';
import { sketchBucketOf, tagTerms } from '../../indexing/index.js';
import { flatOf } from './flat-of.js';
import { keywordOf, keywordOrNull, keywordsOf } from './keyword-of.js';
import { decodeFragments, encodeFragments } from './payload.js';
import { cutIntoParts } from './parts.js';
import { keptSourceOf, type Source, sourceOf } from './record-source.js';
import { type SpanJson, spanJsonOf } from './span-json.js';
import { namedAttributes } from './span-record.js';
import { headIdOf, partIdOf } from './trace-ids.js';

/** What one UTC day of arrival brought of a trace. */
export interface Arrival {
  /** Days since 1970. */
  readonly day: number;
  readonly spans: number;
  /** Of payload as received. */
  readonly bytes: number;
}

/**
 * A trace as Elasticsearch holds it: a head, and parts where it is long. Texts are keywords by `keywordOf`; what a
 * trace doesn't have is missing or null, which to a query is the same. Every query names `noveum.part: 0`, but one for
 * spans (nested `spans`), whose hits are told apart by `noveum.head`.
 *
 * What a filter asks (`TraceFilter`), all by `term` but times and numbers:
 * - project, notProject: `project`
 * - startUnixNano ≤ … < endUnixNano: `noveum.start_unix_nano` (long, nanoseconds; beyond 64 bits: the nearest)
 * - traceKey: `noveum.trace_key`; name: `name.keyword`; environment, status: themselves; userId, sessionId:
 *   `metadata.user_id`, `metadata.session_id`
 * - service, model, provider, type, errorType: `services`, `models`, `providers`, `span_types`, `error_types`
 * - tags: `noveum.tags`, each `name` or `name:value`, by `tagTerms`
 * - hasError: `has_error`; compare: `duration_ms`, `span_count`, `error_count`, `noveum.cost`, `noveum.tokens`
 *   (double: the summary's own numbers, missing where it has none)
 * - text: `noveum.terms` (what `createTermReader` gives), or `noveum.are_terms_cut: true`
 *
 * What is sorted and summed: `noveum.start_unix_nano`, `duration_ms`, `noveum.cost`, `noveum.tokens`, `span_count`, then
 * `noveum.trace_key`, `project`; `noveum.end_unix_nano` (missing while it has no end),
 * `noveum.start_minute` (whole minutes since 1970: buckets), `noveum.duration_micros`, `noveum.duration_bucket`
 * (`sketchBucketOf` of its milliseconds), `noveum.cost_nano` (billionths of USD), `noveum.input_tokens`,
 * `noveum.output_tokens`, `noveum.seen_until_unix_nano` (its end, or its start while it has none), `noveum.counts.*` (how
 * many services, models, providers, types and tags it has: no query could ask it). A trace that has no error type though it failed has no `error_types`.
 * Of a trace that stands for others (`sample_weight`), and of no other: `noveum.beyond.*`, what it counts for besides itself.
 *
 * Usage: `noveum.arrival_day`, `noveum.arrived_spans`, `noveum.arrived_bytes` of the day that a trace was made (which
 * counts the trace), and nested `noveum.later_arrivals.{day, spans, bytes}`.
 *
 * What is read: `noveum.summary` (stored field, `summaryOfField`), `noveum.payload` of head and parts (`_source`,
 * `fragmentsOfRecord`), `noveum.fragments` (how many there are), `noveum.first_received_millis` and `last_…`,
 * `noveum.derivation`.
 */
export interface TraceRecord {
  /** Of the head. */
  readonly id: string;
  /** `_source` of the head, JSON as UTF-8. Where there are no parts, it is valid until the next record is made. */
  readonly head: Uint8Array;
  /** To be written before the head. */
  readonly parts: readonly { readonly id: string; readonly source: Uint8Array }[];
  readonly spanCount: number;
}

/** What a head must be read with for `partIdsOf` and `fragmentsOfRecord`. */
export const RECORD_FIELDS = ['project', 'noveum.parts', 'noveum.generation', 'noveum.payload'] as const;

/** Of a head's or a part's `_source`. */
export interface HeldRecord {
  readonly project: string;
  readonly noveum: {
    /** How many parts there are beside the head. */
    readonly parts: number;
    readonly generation: string | null;
    /** See `encodeFragments`. */
    readonly payload: string;
  };
}

export interface RecordOptions {
  /** Told anew for each writing of a long trace. */
  readonly generation: () => string;
  /** The day that made the trace first. */
  readonly arrivals: readonly Arrival[];
  /** See `derivationOf`. */
  readonly derivation: string;
  /** Whether the terms of its texts are kept. */
  readonly hasTextIndex: boolean;
}

const WRITER_VERSION = 1;
const NANOS_PER_MINUTE = 60_000_000_000n;
const MICROS_PER_MILLI = 1_000;
const COST_UNITS = 1e9;
const LATEST = 2n ** 63n - 1n;
const EARLIEST = -(2n ** 63n);

/** Elasticsearch's integers have 64 bits: what lies beyond them counts as their end. */
const storable = (nanos: bigint): bigint => (nanos > LATEST ? LATEST : nanos < EARLIEST ? EARLIEST : nanos);

const floorMinute = (nanos: bigint): number =>
  Number(nanos / NANOS_PER_MINUTE) - (nanos < 0n && nanos % NANOS_PER_MINUTE !== 0n ? 1 : 0);

const numberOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

const wholeOrNull = (value: number | null): number | null =>
  value === null || !Number.isSafeInteger(Math.round(value)) ? null : Math.round(value);

const timesOf = (trace: TraceSummary) => {
  const { duration_ms: millis } = trace;
  const start = BigInt(trace.start_unix_nano);
  const end = endNanosOf(trace);
  return {
    start_unix_nano: String(storable(start)),
    start_minute: floorMinute(storable(start)),
    end_unix_nano: end === null ? null : String(storable(end)),
    seen_until_unix_nano: String(storable(end ?? start)),
    duration_micros: millis === null ? null : Math.round(millis * MICROS_PER_MILLI),
    // As the other stores' sketches see it.
    duration_bucket: millis === null ? null : sketchBucketOf(Math.round(millis * MICROS_PER_MILLI) / MICROS_PER_MILLI),
  };
};

const sumsOf = ({ attributes }: TraceSummary) => {
  const cost = numberOrNull(attributes.total_cost);
  return {
    tokens: numberOrNull(attributes.total_tokens),
    input_tokens: numberOrNull(attributes.total_input_tokens),
    output_tokens: numberOrNull(attributes.total_output_tokens),
    cost,
    cost_nano: wholeOrNull(cost === null ? null : cost * COST_UNITS),
  };
};

/** Of a trace of weight 4 three times what it has: added to the sums of all traces, these count by weight. */
const beyondOf = ({ sample_weight: sent, ...trace }: TraceSummary) => {
  const others = countedWeightOf(sent) - 1;
  if (others === 0) return {};
  const { duration_micros: micros } = timesOf(trace);
  const { cost, input_tokens: input, output_tokens: output, tokens } = sumsOf(trace);
  const times = (value: number | null): number | null => (value === null ? null : value * others);
  return {
    beyond: {
      traces: others,
      spans: times(trace.span_count),
      errors: times(trace.has_error ? 1 : 0),
      timed: micros === null ? 0 : others,
      duration_micros: times(micros),
      tokens: times(tokens),
      input_tokens: times(input),
      output_tokens: times(output),
      cost: times(cost),
    },
  };
};

const countOf = (texts: readonly string[]): number => (texts.length < 2 ? texts.length : new Set(texts).size);

const countsOf = ({ models, providers, services, span_types: types }: TraceSummary, tags: readonly string[]) => ({
  services: countOf(services),
  models: countOf(models),
  providers: countOf(providers),
  types: countOf(types),
  tags: countOf(tags),
});

const arrivalsOf = ([first, ...later]: readonly Arrival[]) => ({
  arrival_day: first?.day ?? 0,
  arrived_spans: first?.spans ?? 0,
  arrived_bytes: first?.bytes ?? 0,
  ...(later.length === 0 ? {} : { later_arrivals: later }),
});

/** The document without its spans, fit to be indexed. */
const shownOf = ({ noveum: _notes, ...document }: TraceSummary) => {
  const { metadata, sdk } = document;
  return {
    ...document,
    ...namedAttributes(document.attributes),
    trace_id: keywordOf(document.trace_id),
    name: keywordOf(document.name),
    project: keywordOf(document.project),
    environment: keywordOrNull(document.environment),
    sdk: sdk === null ? null : namedAttributes(sdk).attributes,
    metadata: {
      user_id: keywordOrNull(metadata.user_id),
      session_id: keywordOrNull(metadata.session_id),
      request_id: keywordOrNull(metadata.request_id),
      tags: flatOf(metadata.tags),
      custom_attributes: flatOf(metadata.custom_attributes),
    },
    services: keywordsOf(document.services),
    models: keywordsOf(document.models),
    providers: keywordsOf(document.providers),
    error_types: keywordsOf(document.error_types),
  };
};

const chunksOf = (payload: Uint8Array, count: number): readonly Uint8Array[] => {
  if (count === 1) return [payload];
  const length = Math.ceil(payload.length / count);
  return Array.from({ length: count }, (_, at) => payload.subarray(at * length, (at + 1) * length));
};

const NO_PAYLOAD = new Uint8Array(0);

/** What is stored of a trace. */
export interface StoredTrace {
  readonly summary: TraceSummary;
  /** As told (see `toldSpan`), or their JSON. */
  readonly spans: readonly (SpanDocument | SpanJson)[];
  /** All that was received. */
  readonly fragments: readonly Fragment[];
}

export const recordOf = (
  { fragments, spans, summary }: StoredTrace,
  { arrivals, derivation, generation, hasTextIndex }: RecordOptions,
): TraceRecord => {
  const { project, trace_key: traceKey } = summary;
  const payload = encodeFragments(fragments);
  const id = headIdOf(project, traceKey);
  const tags = tagTerms(summary.metadata.tags);
  const pieces = cutIntoParts(
    spans.map((span) => ('json' in span ? span : spanJsonOf(span))),
    payload.length,
  );
  const chunks = chunksOf(payload, pieces.length);
  const named = pieces.length === 1 ? null : generation();
  const receivedAt = fragments.map(({ receivedAtMillis }) => receivedAtMillis);
  const own = {
    part: 0,
    parts: pieces.length - 1,
    head: id,
    generation: named,
    trace_key: keywordOf(traceKey),
    ...timesOf(summary),
    ...sumsOf(summary),
    ...beyondOf(summary),
    counts: countsOf(summary, tags),
    tags: keywordsOf(tags),
    ...arrivalsOf(arrivals),
    fragments: fragments.length,
    first_received_millis: Math.min(...receivedAt),
    last_received_millis: Math.max(...receivedAt),
    derivation,
    writer_version: WRITER_VERSION,
    summary: Buffer.from(JSON.stringify(summary)).toString('base64'),
  };
  const ofParts = pieces.slice(1).map((piece, at) => ({
    id: partIdOf(id, named ?? '', at + 1),
    source: keptSourceOf({
      shown: { trace_id: keywordOf(summary.trace_id), project: keywordOf(project), start_time: summary.start_time },
      spans: piece,
      own: { part: at + 1, head: id, generation: named },
      payload: chunks[at + 1] ?? NO_PAYLOAD,
    }),
  }));
  const head: Source = {
    shown: shownOf(summary),
    spans: pieces[0] ?? [],
    own,
    payload: chunks[0] ?? NO_PAYLOAD,
    termsOf: hasTextIndex ? fragments : [],
  };
  return {
    id,
    head: ofParts.length > 0 ? keptSourceOf(head) : sourceOf(head),
    parts: ofParts,
    spanCount: summary.span_count,
  };
};

/** The list's answer of the stored field `noveum.summary`, base64. */
export const summaryOfField = (stored: string): TraceSummary =>
  JSON.parse(Buffer.from(stored, 'base64').toString()) as TraceSummary;

/** The ids of the parts that a head names, in order. */
export const partIdsOf = (id: string, { noveum: { generation, parts } }: HeldRecord): readonly string[] =>
  Array.from({ length: parts }, (_, at) => partIdOf(id, generation ?? '', at + 1));

/** What was received of a trace: of its head and of its parts in order. */
export const fragmentsOfRecord = (
  project: string,
  head: Pick<HeldRecord['noveum'], 'payload'>,
  parts: readonly Pick<HeldRecord['noveum'], 'payload'>[] = [],
): Fragment[] => decodeFragments([head, ...parts].map(({ payload }) => payload).join(''), project);

/** How many bytes of payload a trace holds, by its head alone: at least so many. */
export const payloadBytesBy = ({ noveum: { parts, payload } }: HeldRecord): number => {
  const headsEnd = payload.indexOf('\n');
  return Math.max(0, (payload.length - 1) * (parts + 1) - (headsEnd < 0 ? payload.length : headsEnd));
};
