import type { Client } from '@elastic/elasticsearch';
import type { Prices } from 'noveum-proto';
import { readHeld, TRACE_MAPPING, TRACE_SETTINGS } from 'noveum-proto/elasticsearch';

import type { TestCluster } from '../support/elasticsearch/index.js';
import { createTellFacts } from '../../src/tell-facts.js';
import { sumUsages } from '../../src/store/arrived-usage.js';
import { CONTRACT_PRICES } from '../../src/store/contract/prices.js';
import type { OpenStore } from '../../src/store/contract/stores.js';
import { createHeldTrace } from '../../src/store/memory/held-trace.js';
import { createMemoryReader } from '../../src/store/memory/memory-reader.js';
import { placeName } from '../../src/store/memory/memory-writer.js';
import type { ProjectUsage, TraceFragment, TraceReader } from '../../src/store/trace-store.js';
import type { StoreAnalytics } from '../../src/store/analytics.js';
import { transportOf } from '../../src/store/elasticsearch/client/index.js';
import { createElasticsearchWriter, type ElasticsearchWriter } from '../../src/store/elasticsearch/write/index.js';

interface Head {
  readonly project: string;
  readonly noveum: {
    readonly trace_key: string;
    readonly arrival_day: number;
    readonly arrived_spans: number;
    readonly arrived_bytes: number;
    readonly later_arrivals?: readonly { readonly day: number; readonly spans: number; readonly bytes: number }[];
  };
}

export interface Names {
  readonly alias: string;
  readonly erasuresIndex: string;
}

const dayName = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

const usageOf = ({ noveum, project }: Head): ProjectUsage[] => [
  { project, day: dayName(noveum.arrival_day), traces: 1, spans: noveum.arrived_spans, bytes: noveum.arrived_bytes },
  ...(noveum.later_arrivals ?? []).map(({ bytes, day, spans }) => ({
    project,
    day: dayName(day),
    traces: 0,
    spans,
    bytes,
  })),
];

/** Reads all that is stored, and answers by the memory store. */
export const createWholeReader = (client: Client, { alias, erasuresIndex }: Names): TraceReader & StoreAnalytics => {
  const searchHeads = async (index: string) =>
    (
      await client.search<Head>({
        index,
        size: 1_000,
        ignore_unavailable: true,
        query: { term: { 'noveum.part': 0 } },
        _source_excludes: ['spans'],
      })
    ).hits.hits;

  const load = async () => {
    const hits = await searchHeads(alias);
    const traces = new Map<string, ReturnType<typeof createHeldTrace>>();
    const wanted = hits.map(({ _id: id = '', _index: index, _source: source }) => ({
      id,
      project: source?.project ?? '',
      indices: [index],
    }));
    const held = await readHeld(transportOf(client), wanted);
    for (const { _id: id = '', _source: source } of hits) {
      if (source === undefined) continue;
      const { noveum, project } = source;
      const place = placeName(project, noveum.trace_key);
      const trace = traces.get(place) ?? createHeldTrace({ prices: CONTRACT_PRICES });
      traces.set(place, trace);
      for (const { fragments } of held.get(id) ?? [])
        for (const fragment of fragments)
          trace.take({ ...fragment, traceKey: noveum.trace_key, facts: null } satisfies TraceFragment);
    }
    return createMemoryReader({ traces, usage: new Map(), reading: { prices: CONTRACT_PRICES } });
  };

  return {
    find: async (query) => (await load()).find(query),
    get: async (project, traceKey) => (await load()).get(project, traceKey),
    outline: async (project, traceKey) => (await load()).outline(project, traceKey),
    spans: async (project, traceKey, spanIds) => (await load()).spans(project, traceKey, spanIds),
    summaries: async (places, filters) => (await load()).summaries(places, filters),
    facets: async (query) => (await load()).facets(query),
    groups: async (query) => (await load()).groups(query),
    summarise: async (query) => (await load()).summarise(query),
    timeseries: async (query) => (await load()).timeseries(query),
    usage: async (project) => {
      const hits = [...(await searchHeads(alias)), ...(await searchHeads(erasuresIndex))];
      const usages = hits.flatMap(({ _source: source }) => (source === undefined ? [] : usageOf(source)));
      return sumUsages(usages).filter((usage) => project === null || usage.project === project);
    },
    close: () => Promise.resolve(),
  };
};

let named = 0;

export const openWriter = (
  client: Client,
  names: Names,
  refresh = true,
  hasTextIndex = true,
  prices: Prices = CONTRACT_PRICES,
): ElasticsearchWriter =>
  createElasticsearchWriter({
    client,
    ...names,
    refresh,
    hasTextIndex,
    prices,
    tellFacts: createTellFacts(prices),
    now: Date.now,
    pause: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
    newName: () => `n${String(++named)}`,
  });

export const makeIndex = async (
  client: Client,
  { alias }: Names,
  number: number,
  isWritten: boolean,
  shards = 1,
): Promise<void> => {
  await client.indices.create({
    index: `${alias}-00000${String(number)}`,
    aliases: { [alias]: { is_write_index: isWritten } },
    settings: { ...TRACE_SETTINGS, number_of_shards: shards, number_of_replicas: 0, refresh_interval: -1 },
    mappings: TRACE_MAPPING as object,
  });
};

export const openStore = async (cluster: TestCluster): Promise<OpenStore> => {
  const client = cluster.client();
  const prefix = cluster.freshPrefix();
  const names = { alias: prefix, erasuresIndex: `${prefix}-erased` };
  await makeIndex(client, names, 1, true);
  const open = (): OpenStore => ({
    writer: openWriter(client, names),
    reader: createWholeReader(client, names),
    reopen: () => Promise.resolve(open()),
    destroy: async () => {
      await client.indices.delete({ index: `${prefix}-*` });
    },
  });
  return open();
};
