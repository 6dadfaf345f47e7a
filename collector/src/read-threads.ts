import type { AnalyticsAnswers, TraceAnswers } from './query/index.js';
import type { ReadThreadData } from './read-thread.js';
import { type PreparedThread, prepareThread, type RemoteCalls, remoteCalls } from './threads/index.js';

/** Young objects die with their answer; a larger nursery than Node's would only hold more memory. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

interface ReadThread {
  readonly call: RemoteCalls['call'];
  close(): Promise<void>;
}

export type PreparedReadThread = PreparedThread<ReadThreadData>;

export const prepareReadThread = (): PreparedReadThread =>
  prepareThread(new URL('./read-thread.js', import.meta.url), RESOURCE_LIMITS);

/** A thread that answers reads; without a prepared one it starts at the first question, and anew at the next one after it died. */
const startThread = (data: ReadThreadData, first: PreparedReadThread | null): ReadThread => {
  const start = (prepared: PreparedReadThread) => {
    const worker = prepared.begin(data);
    const started = { worker, calls: remoteCalls(worker), ended: false };
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      started.ended = true;
    });
    return started;
  };
  let thread: ReturnType<typeof start> | null = first === null ? null : start(first);

  return {
    call<T>(name: string, ...parameters: readonly unknown[]) {
      if (thread === null || thread.ended) thread = start(prepareReadThread());
      return thread.calls.call<T>(name, ...parameters);
    },
    async close() {
      if (thread === null) return;
      await thread.calls.call('close').catch(() => undefined);
      await thread.worker.terminate();
    },
  };
};

/** Of a trace with so much payload, some four hundred calls with their messages, the document is made in 50 ms. */
const QUICK_BYTES = 512 * 1024;
/** So many spans are made documents of as fast. */
const FEW_SPANS = 200;

const isTooLarge = (error: unknown): boolean => error instanceof Error && error.name === 'TraceTooLarge';

/**
 * Starts what answers reads: a thread for lists, sums, outlines and traces of ordinary size, which are done in
 * milliseconds, and, once it is needed, another one for large traces and exports, which may take a second each.
 */
export const startReadThreads = (data: ReadThreadData, first: PreparedReadThread): TraceAnswers & AnalyticsAnswers => {
  const quick = startThread({ ...data, maxDocumentBytes: QUICK_BYTES }, first);
  const whole = startThread(data, null);

  const quickIfSmall = async <T>(name: string, ...parameters: readonly unknown[]): Promise<T> => {
    try {
      return await quick.call<T>(name, ...parameters);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return whole.call<T>(name, ...parameters);
    }
  };

  return {
    page: (query) => quick.call('page', query),
    summarise: (query) => quick.call('summarise', query),
    timeseries: (query) => quick.call('timeseries', query),
    expect: (places) => quick.call('expect', places),
    trace: (place, form) => quickIfSmall('trace', place, form),
    spans: (place, query) =>
      query.view === 'full' && (query.limit === null || query.limit > FEW_SPANS)
        ? whole.call('spans', place, query)
        : quickIfSmall('spans', place, query),
    span: (place, spanId) => quickIfSmall('span', place, spanId),
    graph: (places) => quickIfSmall('graph', places),
    summaries: (places, filters) => quick.call('summaries', places, filters),
    facets: (query) => quick.call('facets', query),
    groups: (query) => quick.call('groups', query),
    usage: (project) => quick.call('usage', project),
    priceBook: () => quick.call('priceBook'),
    csv: (query, formulas) => whole.call('csv', query, formulas),
    parquet: (query, offset) => whole.call('parquet', query, offset),
    parquetEnd: (offset, groups) => whole.call('parquetEnd', offset, groups),
    async close() {
      await Promise.all([quick.close(), whole.close()]);
    },
  };
};
