import { codeOfFault, headIdOf, namesOf, showFault } from 'noveum-proto/elasticsearch';

import type { ElasticsearchConfig } from '../../../config/index.js';
import type { TracePlace } from '../../trace-store.js';
import { connect, faultOf } from '../client/index.js';
import { ClusterNotReady } from './installing.js';

/** How much the cluster has of a trace. */
export interface HeldInCluster {
  readonly spans: number;
  readonly fragments: number;
}

/** Counts of what is in a cluster, without its documents, by a connection of its own. Each rejects with ClusterNotReady. */
export interface HeldCountsReader {
  /** Which cluster and alias this is: the same name for as long as what was stored there stays. */
  name(): Promise<string>;
  /** What was written before is counted from now on. */
  refresh(): Promise<void>;
  /** For each place what is held; null: nothing. */
  counts(places: readonly TracePlace[]): Promise<readonly (HeldInCluster | null)[]>;
  /** Every trace, some at a time. */
  traces(): AsyncIterable<readonly TracePlace[]>;
  close(): Promise<void>;
}

const named = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    const fault = faultOf(error);
    throw fault === null ? error : new ClusterNotReady(codeOfFault(fault), `Elasticsearch ${showFault(fault)}`);
  }
};

const AT_ONCE = 1_000;
/** A trace that two collectors wrote around a rollover lies in two indices until upkeep joins them. */
const COPIES = 4;

export const openHeldCounts = (config: ElasticsearchConfig): HeldCountsReader => {
  const client = connect(config.connection);
  const { alias } = namesOf(config.prefix);

  const countSome = async (ids: readonly string[]): Promise<ReadonlyMap<string, HeldInCluster>> => {
    const { hits } = await named(
      client.search({
        index: alias,
        size: ids.length * COPIES,
        query: { ids: { values: [...ids] } },
        _source: false,
        docvalue_fields: ['span_count', 'noveum.fragments'],
        allow_partial_search_results: false,
      }),
    );
    const found = new Map<string, HeldInCluster>();
    for (const { _id: id = '', fields } of hits.hits) {
      const { 'noveum.fragments': fragments, span_count: spans } = (fields ?? {}) as Record<string, number[]>;
      const before = found.get(id);
      found.set(id, {
        spans: Math.max(spans?.[0] ?? 0, before?.spans ?? 0),
        fragments: Math.max(fragments?.[0] ?? 0, before?.fragments ?? 0),
      });
    }
    return found;
  };

  return {
    async name() {
      const { cluster_uuid: cluster } = await named(client.info());
      return `${cluster}/${alias}`;
    },
    async refresh() {
      await named(client.indices.refresh({ index: alias }));
    },
    async counts(places) {
      const counts: (HeldInCluster | null)[] = [];
      for (let at = 0; at < places.length; at += AT_ONCE) {
        const ids = places.slice(at, at + AT_ONCE).map(({ project, traceKey }) => headIdOf(project, traceKey));
        const found = await countSome(ids);
        counts.push(...ids.map((id) => found.get(id) ?? null));
      }
      return counts;
    },
    async *traces() {
      for (let after: (string | number)[] | undefined; ;) {
        const { hits } = await named(
          client.search({
            index: alias,
            size: AT_ONCE,
            query: { term: { 'noveum.part': 0 } },
            sort: [{ 'noveum.trace_key': 'asc' }, { project: 'asc' }],
            ...(after === undefined ? {} : { search_after: after }),
            _source: false,
            docvalue_fields: ['noveum.trace_key', 'project'],
            track_total_hits: false,
          }),
        );
        yield hits.hits.map(({ fields }) => {
          const { 'noveum.trace_key': key, project } = (fields ?? {}) as Record<string, string[]>;
          return { project: project?.[0] ?? '', traceKey: key?.[0] ?? '' };
        });
        const last = hits.hits.at(-1)?.sort as (string | number)[] | undefined;
        if (last === undefined) return;
        after = last;
      }
    },
    close: () => client.close(),
  };
};
