import { randomUUID } from 'node:crypto';

import { derivationOf, type Prices } from 'noveum-proto';
import {
  type CircuitBreaker,
  createBulkSender,
  createBulkSize,
  createCircuitBreaker,
  createHotTraces,
  createTraceIndices,
  createTraceWriting,
  createWriteCounter,
  ElasticsearchFault,
  type Fault,
  fragmentsOfRequest,
  INDEX_SETTINGS,
  joinInstallation,
  type JoinOutcome,
  namesOf,
  readErased,
  RefusedByElasticsearch,
  TRACE_MAPPING,
  TRACE_SETTINGS,
  type TraceJob,
} from 'noveum-proto/elasticsearch';

import { waited } from '../../clock.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../../exporter.js';
import { queued } from '../../queued.js';
import { createHttpRequests, type HttpRequestsOptions } from './http-requests.js';

export interface ElasticsearchExporterOptions extends Omit<HttpRequestsOptions, 'signal'> {
  /** Of the collector's indices: `noveum` for `noveum-traces`. */
  readonly prefix: string;
  /** Whether what a collector installs may be made where nothing of it is there. */
  readonly install: boolean;
  /** As a collector has them: calls without a cost are priced by these. */
  readonly prices: Prices;
  /** Told what is missing, once for each message. */
  readonly onError: (error: unknown) => void;
}

/** As a collector's. */
const MAX_VALUE_BYTES = 1024 * 1024;
const CONTENT = { version: TRACE_MAPPING._meta.version, mappings: TRACE_MAPPING, settings: TRACE_SETTINGS };

const reasonOf = ({ field, kind, type }: Fault): string =>
  `elasticsearch_${type ?? kind.replaceAll('-', '_')}${field === null ? '' : `:${field}`}`;

const retryOf = (fault: Fault): ExportOutcome => ({
  status: 'retry',
  reason: reasonOf(fault),
  ...(fault.retryAfterSeconds === null ? {} : { afterMillis: fault.retryAfterSeconds * 1_000 }),
});

/** What is not taken of a batch. */
interface Refusals {
  spans: number;
  reason: string;
}

const without =
  (breaker: CircuitBreaker) =>
  (error: unknown, { spanCount }: ExportBatch): ExportOutcome => {
    if (error instanceof ElasticsearchFault) return retryOf(error.fault);
    if (error instanceof RefusedByElasticsearch)
      return { status: 'rejected', rejectedSpans: spanCount, reason: reasonOf(error.fault) };
    const lasting = breaker.fault();
    if (lasting !== null) return retryOf(lasting);
    throw error;
  };

/**
 * Writes traces straight into the Elasticsearch that a collector reads, as that would have written them: each batch is
 * joined, trace by trace, to what is there. One batch at a time: two would write over each other's traces.
 */
export const createElasticsearchExporter = (options: ElasticsearchExporterOptions): Exporter => {
  const { clock, onError, prefix, prices, transport: http } = options;
  const never = new AbortController().signal;
  let signal = never;
  const now = (): number => clock.unixMillis();
  const pause = (millis: number): Promise<void> => waited(clock, millis, signal);

  const transport = createHttpRequests({ ...options, signal: () => signal });
  const names = namesOf(prefix);
  const breaker = createCircuitBreaker(now, transport.faultOf);
  const counter = createWriteCounter();
  const write = createTraceWriting({
    transport,
    alias: names.alias,
    breaker,
    sender: createBulkSender({ transport, size: createBulkSize(), breaker, counter, refresh: false, pause }),
    indices: createTraceIndices(transport, names.alias, now),
    hot: createHotTraces(() => undefined),
    merging: {
      reading: { maxValueBytes: MAX_VALUE_BYTES, prices },
      derivation: derivationOf(prices.version),
      generation: randomUUID,
      hasTextIndex: true,
    },
    erasedAmong: (ids) => breaker.run(() => readErased(transport, names.erasuresIndex, ids)),
    pause,
  });
  const outcomeOf = without(breaker);

  let isJoined = false;
  const told = new Set<string>();

  const join = async (): Promise<ExportOutcome | null> => {
    if (isJoined) return null;
    const outcome: JoinOutcome = await joinInstallation({
      transport,
      config: { ...INDEX_SETTINGS, prefix },
      content: CONTENT,
      mayInstall: options.install,
    });
    if (outcome.status === 'ok') {
      isJoined = true;
      return null;
    }
    if (!told.has(outcome.message) && outcome.missing !== 'connection') {
      told.add(outcome.message);
      onError(new Error(outcome.message));
    }
    return { status: 'retry', reason: `elasticsearch_${outcome.missing}` };
  };

  const writeBatch = async ({ request, spanCount }: ExportBatch): Promise<ExportOutcome> => {
    const refusals: Refusals = { spans: 0, reason: '' };
    const refuse = (spans: number, reason: string): void => {
      if (refusals.reason === '') refusals.reason = reason;
      refusals.spans += spans;
    };
    const fragments = fragmentsOfRequest(request, now());
    const spansOf = ({ arrived }: TraceJob): number =>
      fragments.reduce((sum, fragment) => sum + (arrived.includes(fragment) ? fragment.spanCount : 0), 0);
    const lost = spanCount - fragments.reduce((sum, fragment) => sum + fragment.spanCount, 0);
    if (lost > 0) refuse(lost, 'span_without_id');
    await write(fragments, {
      stored: () => undefined,
      unchanged: () => undefined,
      failed: () => undefined,
      erased: (job) => {
        refuse(spansOf(job), 'trace_erased');
      },
      refused: (job, fault) => {
        refuse(spansOf(job), reasonOf(fault));
      },
    });
    return refusals.spans === 0
      ? { status: 'delivered' }
      : { status: 'rejected', rejectedSpans: refusals.spans, reason: refusals.reason };
  };

  const exporter: Exporter = {
    name: 'elasticsearch',
    async export(batch, at) {
      signal = at;
      try {
        return (await join()) ?? (await writeBatch(batch));
      } catch (error) {
        // The alias has gone since: it is looked for, or made, before the next try.
        if (error instanceof ElasticsearchFault && error.fault.kind === 'not-found') isJoined = false;
        return outcomeOf(error, batch);
      } finally {
        signal = never;
      }
    },
    close: () => http.close(),
  };
  return queued(exporter, { maxConcurrentExports: 1 });
};
