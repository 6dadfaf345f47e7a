import { randomUUID } from 'node:crypto';

import type { Prices } from 'noveum-proto';
import {
  codeOfFault,
  headIdOf,
  install,
  namesOf,
  showFault,
  TRACE_MAPPING,
  TRACE_SETTINGS,
  turnWriteIndex,
  type WriteCounts,
} from 'noveum-proto/elasticsearch';

import type { ElasticsearchConfig } from '../../../config/index.js';
import type { Rederive } from '../../rederive.js';
import type { TracePlace, TraceWriter } from '../../trace-store.js';
import { connect, faultOf, transportOf } from '../client/index.js';
import { createElasticsearchWriter, type ElasticsearchWriterOptions, type ErasureIndexState } from '../write/index.js';
import { ClusterNotReady, type ClusterState, startInstalling } from './installing.js';

export interface OpenWriterOptions {
  readonly config: ElasticsearchConfig;
  readonly erasureTimes: NonNullable<ElasticsearchWriterOptions['erasureTimes']>;
  readonly isGoneElsewhere: (erasure: string) => Promise<boolean>;
  readonly maxValueBytes: number;
  readonly hasTextIndex: boolean;
  readonly prices: Prices;
  readonly tellFacts: ElasticsearchWriterOptions['tellFacts'];
  readonly onState: (state: ClusterState) => void;
  readonly now: () => number;
  readonly later: (millis: number, task: () => void) => () => void;
}

export interface StoreCounts extends WriteCounts {
  /** Requests are held back, since the cluster doesn't answer. */
  readonly isCircuitOpen: boolean;
}

export interface OpenedElasticsearchWriter extends TraceWriter {
  erasures(): Promise<ErasureIndexState>;
  /** Traces that came in the latest seven days and whose root has not come or not ended. */
  countIncomplete(): Promise<number>;
  /** What it needs is installed. */
  isReady(): boolean;
  counts(): StoreCounts;
  readonly rederive: Rederive;
  /** See `RederivingHeads`. */
  daysDerivedOtherwise(): Promise<readonly string[]>;
  /** Of these traces those that were erased. */
  erasedAmong(places: readonly TracePlace[]): Promise<readonly TracePlace[]>;
}

const MILLIS_PER_DAY = 86_400_000;
/** What is incomplete for longer stays so: its sender has gone. */
const INCOMPLETE_DAYS = 7;
const TURN_MILLIS = 60_000;
const GONE = 'ELASTICSEARCH_NOT_FOUND';

/**
 * Opens the write side at once, whether or not the cluster is there: until it is and all is installed, each call is
 * rejected with the code of what is missing. Upkeep has the month's turn.
 */
export const openElasticsearchWriter = (options: OpenWriterOptions): OpenedElasticsearchWriter => {
  const { config, later, now, onState } = options;
  const client = connect(config.connection);
  const transport = transportOf(client);
  const names = namesOf(config.prefix);
  const content = {
    version: TRACE_MAPPING._meta.version,
    mappings: TRACE_MAPPING,
    settings: TRACE_SETTINGS,
  };
  const installing = startInstalling({ install: () => install({ transport, config, content }), onState, later });
  const writer = createElasticsearchWriter({
    client,
    alias: names.alias,
    erasuresIndex: names.erasuresIndex,
    erasureTimes: options.erasureTimes,
    isGoneElsewhere: options.isGoneElsewhere,
    maxValueBytes: options.maxValueBytes,
    hasTextIndex: options.hasTextIndex,
    prices: options.prices,
    tellFacts: options.tellFacts,
    now,
    pause: (millis) => new Promise((resolve) => void later(millis, resolve)),
    newName: randomUUID,
  });
  let nextTurn = 0;

  const ready = async <T>(work: () => Promise<T>): Promise<T> => {
    installing.check();
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: unknown }).code === GONE) installing.again();
      throw error;
    }
  };

  const turn = async (nowMillis: number): Promise<void> => {
    if (nowMillis < nextTurn) return;
    nextTurn = nowMillis + TURN_MILLIS;
    try {
      await turnWriteIndex(transport, names, content.version);
    } catch (error) {
      const fault = faultOf(error);
      throw fault === null ? error : new ClusterNotReady(codeOfFault(fault), `Elasticsearch ${showFault(fault)}`);
    }
  };

  return {
    ...writer,
    check: () => {
      installing.check();
      writer.check?.();
    },
    write: (fragments, onChange) => ready(() => writer.write(fragments, onChange)),
    erase: (request) => ready(() => writer.erase(request)),
    erasure: (id) => ready(() => writer.erasure(id)),
    countIncomplete: () =>
      ready(async () => {
        const since = Math.floor(now() / MILLIS_PER_DAY) - INCOMPLETE_DAYS + 1;
        const filter = [
          { term: { 'noveum.part': 0 } },
          { term: { incomplete: true } },
          { range: { 'noveum.arrival_day': { gte: since } } },
        ];
        return (await client.count({ index: names.alias, query: { bool: { filter } } })).count;
      }),
    isReady: () => installing.isReady(),
    counts: () => ({ ...writer.counts(), isCircuitOpen: writer.fault() !== null }),
    rederive: (request, from, tools) => ready(() => writer.rederive(request, from, tools)),
    daysDerivedOtherwise: () => ready(() => writer.daysDerivedOtherwise()),
    erasures: () => ready(() => writer.erasures()),
    erasedAmong: (places) =>
      ready(async () => {
        const erased = await writer.erasedAmong(places.map(({ project, traceKey }) => headIdOf(project, traceKey)));
        return places.filter(({ project, traceKey }) => erased.has(headIdOf(project, traceKey)));
      }),
    // What is missing is told by `onState`: upkeep has nothing to add.
    maintain: async (nowMillis) =>
      installing.isReady() &&
      ready(async () => {
        await turn(nowMillis);
        return writer.maintain(nowMillis);
      }),
    async close() {
      installing.close();
      await writer.close();
      await client.close();
    },
  };
};
