import type { Client } from '@elastic/elasticsearch';

import { faultOf } from '../client/index.js';
import { headIdOf, keywordOf } from '../record/index.js';
import { searchHeads } from './search-heads.js';

export interface TraceId {
  /** Of its head. */
  readonly id: string;
  readonly project: string;
}

export interface TraceFinderOptions {
  readonly client: Client;
  readonly alias: string;
  readonly now: () => number;
}

/** Keys that nobody has are asked for as well. */
const REFRESH_EVERY_MILLIS = 1_000;
const NEWEST = { field: 'start_time', direction: 'desc' } as const;

/** Finds by its key a trace whose project nobody named: of several the one that began last. */
export const createTraceFinder = ({ alias, client, now }: TraceFinderOptions) => {
  let refreshedMillis = -Infinity;

  const search = async (traceKey: string): Promise<TraceId | null> => {
    const query = {
      bool: { filter: [{ term: { 'noveum.part': 0 } }, { term: { 'noveum.trace_key': keywordOf(traceKey) } }] },
    };
    const { heads } = await searchHeads(client, alias, { query, sort: NEWEST, size: 1 }, false);
    const [head] = heads;
    return head === undefined ? null : { id: head.id, project: head.summary.project };
  };

  /** Who may read need not have the right to it. */
  const refresh = async (): Promise<void> => {
    refreshedMillis = now();
    await client.indices.refresh({ index: alias, ignore_unavailable: true }).catch((error: unknown) => {
      if (faultOf(error)?.kind !== 'forbidden') throw error;
    });
  };

  return async (project: string | null, traceKey: string): Promise<TraceId | null> => {
    if (project !== null) return { id: headIdOf(project, traceKey), project };
    const found = await search(traceKey);
    if (found !== null || now() - refreshedMillis < REFRESH_EVERY_MILLIS) return found;
    await refresh();
    return search(traceKey);
  };
};
