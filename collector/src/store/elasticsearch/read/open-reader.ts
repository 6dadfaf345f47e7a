import type { Client } from '@elastic/elasticsearch';
import {
  documentOf,
  type DocumentReading,
  type Fragment,
  type Prices,
  sentDocumentOf,
  summaryOf,
  type TraceSummary,
} from 'noveum-proto';
import { awaitShards, createCircuitBreaker, createTraceIndices, headIdOf } from 'noveum-proto/elasticsearch';

import type { StoreAnalytics } from '../../analytics.js';
import { type FittingTrace, type TracePlace, type TraceReader, TraceTooLarge } from '../../trace-store.js';
import { createTraceViews, type ViewedFragment } from '../../trace-views.js';
import { transportOf } from '../client/index.js';
import { createFewProjects } from './few-projects.js';
import { createFigures } from './figures/index.js';
import { findPage } from './find-page.js';
import { createTraceFinder, type TraceId } from './find-trace.js';
import { readFitting } from './fitting-traces.js';
import { createNewestHeads } from './newest-heads.js';
import { createReadAhead } from './read-ahead.js';
import type { ListedHead } from './search-heads.js';
import { createTextSearch } from './search-texts.js';
import { readStoredTrace, readStoredTraces, type StoredTrace, type WantedTrace } from './stored-traces.js';
import { readUsage } from './usage.js';

export interface ElasticsearchReaderOptions {
  readonly client: Client;
  /** Under which the indices of traces are: `noveum-traces`. */
  readonly alias: string;
  /** The writer's. */
  readonly erasuresIndex: string;
  /** Payload, as received, of a trace whose texts are looked into; default 32 MiB. */
  readonly maxTraceBytes?: number;
  /** The same where `get` and `spans` ask for it; default `maxTraceBytes`. Outlines are made of four times as much. */
  readonly maxDocumentBytes?: number;
  /** Of one attribute value, UTF-8; what is longer is cut in documents. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** For calls that came without a cost; default: none. */
  readonly prices?: Prices;
  /** Payload up to which single spans are taken out of the whole document. Default 256 KiB. */
  readonly smallTraceBytes?: number;
  /** Documents below which a list looks at all of them at once. Default 20,000. */
  readonly fewDocuments?: number;
  /** For which a read waits for an index that was made a moment ago. Default 5 s. */
  readonly shardPatienceMillis?: number;
  readonly now: () => number;
}

export interface ElasticsearchReader extends TraceReader, StoreAnalytics {
  /** To be called now and then: what is not asked for is forgotten. */
  letGo(): Promise<void>;
}

const MAX_VALUE_BYTES = 1024 * 1024;
const MAX_TRACE_BYTES = 32 * 1024 * 1024;
const OUTLINE_FACTOR = 4;
const FEW_DOCUMENTS = 20_000;

/** A trace that was read. */
interface Site extends StoredTrace {
  readonly project: string;
  readonly traceKey: string;
  readonly id: string;
}

interface ReadFragment extends ViewedFragment, Fragment {}

const viewed = (fragment: Fragment): ReadFragment => ({ ...fragment, length: fragment.payload.length, spanIds: null });

/** So many of them as come to no more than `limit` bytes. */
const upTo = (limit: number, fragments: readonly Fragment[]): readonly Fragment[] => {
  let bytes = 0;
  const end = fragments.findIndex(({ payload }) => (bytes += payload.length) > limit);
  return end < 0 ? fragments : fragments.slice(0, end);
};

/**
 * Opens a read side of Elasticsearch; any number may be open, in any thread, and the client stays the caller's. Every
 * answer but those by id lags behind what was written by the refresh interval of the indices. Faults of the cluster are
 * ElasticsearchFault.
 */
export const openElasticsearchReader = (options: ElasticsearchReaderOptions): ElasticsearchReader => {
  const {
    alias,
    client,
    erasuresIndex,
    shardPatienceMillis,
    maxTraceBytes = MAX_TRACE_BYTES,
    now,
    prices,
    smallTraceBytes,
  } = options;
  const { fewDocuments = FEW_DOCUMENTS, maxDocumentBytes = maxTraceBytes, maxValueBytes = MAX_VALUE_BYTES } = options;
  const maxOutlineBytes = OUTLINE_FACTOR * maxDocumentBytes;
  const reading: DocumentReading = { maxValueBytes, ...(prices === undefined ? {} : { prices }) };
  const transport = transportOf(client);
  const breaker = createCircuitBreaker(now, transport.faultOf);
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    breaker.run(() => awaitShards(work, transport.faultOf, shardPatienceMillis));
  const indices = createTraceIndices(transport, alias, now);
  const findTrace = createTraceFinder({ client, alias, now });
  const figures = createFigures(client, alias);
  const newest = createNewestHeads({ client, alias, fewDocuments, now });

  const namesOfIndices = async (): Promise<readonly string[]> => (await indices.all()).map(({ name }) => name);

  const read = async (trace: TraceId, limit: number): Promise<StoredTrace | null> =>
    readStoredTrace(client, { ...trace, indices: await namesOfIndices() }, limit);

  const fewProjects = createFewProjects({ client, alias, indices: namesOfIndices, now });

  const readAt = async (project: string | null, traceKey: string, limit: number): Promise<Site | null> => {
    const anyones = project === null ? await fewProjects.read(traceKey, limit) : undefined;
    if (anyones !== undefined) return { ...anyones, traceKey };
    const trace = await findTrace(project, traceKey);
    if (trace === null) return null;
    let stored = await read(trace, limit);
    if (stored === null) {
      // It may be in an index that was made a moment ago.
      indices.forget();
      stored = await read(trace, limit);
    }
    if (stored === null) return null;
    fewProjects.note(trace.project);
    return { ...stored, ...trace, traceKey };
  };

  const ahead = createReadAhead({ client, indices: namesOfIndices, limit: maxDocumentBytes, now });

  const readWhole = async (project: string | null, traceKey: string): Promise<readonly Fragment[] | null> => {
    const stored = project === null ? undefined : await ahead.take(headIdOf(project, traceKey));
    if (stored instanceof TraceTooLarge) throw stored;
    if (stored !== undefined) return stored.fragments;
    return (await readAt(project, traceKey, maxDocumentBytes))?.fragments ?? null;
  };

  const views = createTraceViews({
    fragmentsAt: ({ fragments }: Site) => fragments.map(viewed),
    payloadOf: (_, { payload }: ReadFragment) => Promise.resolve(payload),
    nameOf: ({ id }) => id,
    reading: { ...reading, maxValueBytes },
    maxTraceBytes: maxDocumentBytes,
    ...(smallTraceBytes === undefined ? {} : { smallTraceBytes }),
  });

  const fold = async ({ id, summary }: ListedHead): Promise<TraceSummary> => {
    const stored = await read({ id, project: summary.project }, maxTraceBytes);
    const document = stored === null ? null : documentOf(stored.fragments, reading);
    return document === null ? summary : summaryOf(document);
  };

  const sentOf = async (traces: readonly WantedTrace[]): Promise<ReadonlyMap<string, readonly Fragment[]>> => {
    const found = new Map(await readStoredTraces(client, traces, maxOutlineBytes));
    const moved = traces.filter(({ id }) => !found.has(id));
    if (moved.length > 0) {
      const names = await namesOfIndices();
      const anywhere = moved.map((trace) => ({ ...trace, indices: names }));
      for (const [id, stored] of await readStoredTraces(client, anywhere, maxOutlineBytes)) found.set(id, stored);
    }
    const sent = (stored: StoredTrace | TraceTooLarge): readonly Fragment[] =>
      stored instanceof TraceTooLarge ? [] : upTo(maxTraceBytes, stored.fragments);
    return new Map([...found].map(([id, stored]) => [id, sent(stored)]));
  };

  const searchTexts = createTextSearch({ newest, maxValueBytes, sentOf, fold });

  const summaries = async (places: readonly TracePlace[], filters: Parameters<TraceReader['summaries']>[1]) =>
    readFitting({ client, indices: await namesOfIndices(), fold }, places, filters);

  return {
    find: (query) =>
      run(() => {
        const { text } = query.filter;
        return text === undefined ? findPage({ client, alias, newest, fold }, query) : searchTexts(query, text);
      }),
    get: (project, traceKey, need) =>
      run(async () => {
        const fragments = await readWhole(project, traceKey);
        return fragments === null ? null : (need === 'sent' ? sentDocumentOf : documentOf)(fragments, reading);
      }),
    expect: (places) => {
      ahead.expect(places.map(({ project, traceKey }) => ({ id: headIdOf(project, traceKey), project })));
    },
    outline: (project, traceKey) =>
      run(async () => {
        const site = await readAt(project, traceKey, maxOutlineBytes);
        return site === null ? null : views.outline(site);
      }),
    spans: (project, traceKey, spanIds) =>
      run(async () => {
        const site = await readAt(project, traceKey, maxOutlineBytes);
        return site === null ? null : views.spans(site, new Set(spanIds));
      }),
    summaries: (places, filters): Promise<readonly FittingTrace[]> => run(() => summaries(places, filters)),
    facets: (query) => run(() => figures.facets(query)),
    groups: (query) => run(() => figures.groups(query)),
    summarise: (query) => run(() => figures.summarise(query)),
    timeseries: (query) => run(() => figures.timeseries(query)),
    usage: (project) => run(() => readUsage(client, [alias, erasuresIndex], project)),
    letGo() {
      views.age();
      ahead.letGo();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
};
