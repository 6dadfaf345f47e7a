import type { Client } from '@elastic/elasticsearch';
import type { TraceSummary } from 'noveum-proto';
import { getDocuments, headIdOf, summaryOfField } from 'noveum-proto/elasticsearch';

import { fittingFilters } from '../../matches.js';
import type { FittingTrace, TraceFilter, TracePlace } from '../../trace-store.js';
import { transportOf } from '../client/index.js';
import type { ListedHead } from './search-heads.js';

export interface FittingOptions {
  readonly client: Client;
  /** Concrete. */
  readonly indices: readonly string[];
  /** Of a trace that several indices hold, the summary of all of it. */
  readonly fold: (head: ListedHead) => Promise<TraceSummary>;
}

const DOCUMENTS_AT_ONCE = 500;

const headsOf = async ({ client, indices }: FittingOptions, ids: readonly string[]): Promise<readonly ListedHead[]> => {
  const places = ids.flatMap((id) => indices.map((index) => ({ _index: index, _id: id })));
  const heads: ListedHead[] = [];
  for (let at = 0; at < places.length; at += DOCUMENTS_AT_ONCE) {
    const docs = places.slice(at, at + DOCUMENTS_AT_ONCE);
    const got = await getDocuments(transportOf(client), { docs }, { storedFields: ['noveum.summary'] });
    for (const { _id: id, _index: index, fields } of got) {
      const [stored] = fields?.['noveum.summary'] ?? [];
      if (typeof stored === 'string') heads.push({ id, index, summary: summaryOfField(stored) });
    }
  }
  return heads;
};

/** Of these traces those that fit any of the filters, as they are at the moment, searchable or not. */
export const readFitting = async (
  options: FittingOptions,
  places: readonly TracePlace[],
  filters: readonly TraceFilter[],
): Promise<readonly FittingTrace[]> => {
  const ids = places.map(({ project, traceKey }) => headIdOf(project, traceKey));
  const held = Map.groupBy(await headsOf(options, ids), ({ id }) => id);
  const fitting: FittingTrace[] = [];
  for (const id of ids) {
    const [head, ...others] = held.get(id) ?? [];
    if (head === undefined) continue;
    const summary = others.length === 0 ? head.summary : await options.fold(head);
    const fits = fittingFilters(summary, filters);
    if (fits.length > 0) fitting.push({ summary, fits });
  }
  return fitting;
};
