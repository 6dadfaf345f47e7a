import fc from 'fast-check';
import { documentOf, summaryOf, type TraceDocument } from 'noveum-proto';
import { recordOf, TRACE_MAPPING, TRACE_SETTINGS } from 'noveum-proto/elasticsearch';

import { describeWithElasticsearch } from '../../../../test/support/elasticsearch/index.js';
import { anyFilter, anyShelf, requestsOf } from '../../contract/finding-contract.js';
import { matches } from '../../matches.js';
import type { TraceFilter } from '../../trace-store.js';
import { filterQuery } from './filter-query.js';

const EVERYTHING: TraceFilter = { project: null, equals: {}, notEquals: {}, tags: [], compare: [] };

describeWithElasticsearch('a filter', (cluster) => {
  const shelve = async (shelf: Parameters<typeof requestsOf>[0]) => {
    const index = cluster.freshPrefix();
    const settings = { ...TRACE_SETTINGS, number_of_shards: 1, number_of_replicas: 0, refresh_interval: -1 as const };
    await cluster.client().indices.create({ index, settings, mappings: TRACE_MAPPING as object });
    const documents: TraceDocument[] = [];
    const operations: string[] = [];
    const fragments = requestsOf(shelf, 'facts').flat();
    const ofTraces = Map.groupBy(fragments, ({ project, traceKey }) => `${project} ${traceKey}`);
    for (const ofTrace of ofTraces.values()) {
      const document = documentOf(ofTrace);
      if (document === null) continue;
      const { head, id } = recordOf(
        { summary: summaryOf(document), spans: document.spans, fragments: ofTrace },
        { arrivals: [], derivation: 'none', hasTextIndex: true, generation: () => 'g' },
      );
      documents.push(document);
      operations.push(JSON.stringify({ create: { _id: id } }), Buffer.from(head).toString());
    }
    await cluster.client().bulk({ index, operations, refresh: true });
    return { index, documents };
  };

  test('lets through what the definition of filters does, of any traces', () =>
    fc.assert(
      fc.asyncProperty(anyShelf, fc.array(anyFilter, { minLength: 30, maxLength: 60 }), async (shelf, filters) => {
        const { documents, index } = await shelve(shelf);
        const asked = [EVERYTHING, ...filters];
        const { responses } = await cluster.client().msearch({
          searches: asked.flatMap((filter) => [
            { index },
            { query: filterQuery(filter), size: 100, _source: false, fields: ['project', 'noveum.trace_key'] },
          ]),
        });
        asked.forEach((filter, at) => {
          const response = responses[at];
          const hits = response !== undefined && 'hits' in response ? response.hits.hits : null;
          const found = hits?.map(
            ({ fields = {} }) => `${String(fields.project)} ${String(fields['noveum.trace_key'])}`,
          );
          const expected = documents
            .filter((document) => matches(summaryOf(document), filter))
            .map(({ project, trace_key: key }) => `${project} ${key}`);
          expect({ filter, found: found?.sort() }).toEqual({ filter, found: expected.sort() });
        });
        await cluster.client().indices.delete({ index });
      }),
      { numRuns: 3 },
    ));
});
