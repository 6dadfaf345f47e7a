import fc from 'fast-check';

import type { FacetField, FacetQuery, Facets } from '../facet-query.js';
import { createMemoryTraceStore } from '../memory/index.js';
import { type Framing, nativeArrives, spansArrive } from './delivery.js';
import { anyFilter, anyShelf, requestsOf } from './finding-contract.js';
import { NOON, spanIdOf, spanModel, traceIdOf } from './models.js';
import { CONTRACT_PRICES } from './prices.js';
import { EVERYTHING } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const FACET_FIELDS: readonly FacetField[] = [
  'environment',
  'status',
  'service',
  'model',
  'provider',
  'type',
  'userId',
  'sessionId',
  'tag',
  'name',
  'errorType',
];

const asked = (changes: Partial<FacetQuery> = {}): FacetQuery => ({
  filter: EVERYTHING,
  fields: FACET_FIELDS,
  prefix: '',
  limit: 50,
  ...changes,
});

const countsOf = (facets: Facets): Record<string, [string, number][]> =>
  Object.fromEntries(
    [...facets].map(([field, { values }]) => [field, values.map(({ value, count }) => [value, count])]),
  );

const anyFacetQuery: fc.Arbitrary<FacetQuery> = fc.record({
  filter: anyFilter,
  fields: fc.subarray([...FACET_FIELDS], { minLength: 1 }),
  prefix: fc.constantFrom('', '', 'T', 'm-', 'ada', 'größe', '%'),
  limit: fc.constantFrom(1, 2, 50),
});

export const facetsContract = (factory: StoreFactory, framing: Framing): void => {
  test('values are those of traces, each trace counted once, the most frequent first', () =>
    withStore(factory, async ({ writer, reader }) => {
      const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' };
      await writer.write(
        spansArrive(
          [
            spanModel({
              environment: 'prod',
              attributes: { ...chat, 'gen_ai.request.model': 'm-1', 'user.id': 'ada', 'tag.tags': ['beta'] },
            }),
            spanModel({
              spanId: spanIdOf(1),
              parentSpanId: spanIdOf(0),
              service: 'db',
              statusCode: 2,
              attributes: { ...chat, 'gen_ai.request.model': 'm-1', 'error.type': 'TimeoutError' },
            }),
            spanModel({
              traceId: traceIdOf(1),
              name: 'other',
              statusCode: 2,
              attributes: { ...chat, 'gen_ai.request.model': 'M-2', 'session.id': 's1' },
            }),
          ],
          { framing },
        ),
      );
      await writer.write(
        nativeArrives(
          [
            {
              trace_id: traceIdOf(3),
              name: 'native',
              start_time: '2026-11-20T11:00:00+00:00',
              end_time: null,
              metadata: { tags: { beta: true, team: 'blue' } },
              spans: [],
            },
          ],
          { framing },
        ),
      );
      expect(countsOf(await reader.facets(asked()))).toEqual({
        environment: [['prod', 1]],
        status: [
          ['ok', 2],
          ['error', 1],
        ],
        service: [
          ['api', 2],
          ['db', 1],
        ],
        model: [
          ['M-2', 1],
          ['m-1', 1],
        ],
        provider: [['openai', 2]],
        type: [['llm', 2]],
        userId: [['ada', 1]],
        sessionId: [['s1', 1]],
        tag: [
          ['beta', 2],
          ['team', 1],
          ['team:blue', 1],
        ],
        name: [
          ['native', 1],
          ['other', 1],
          ['request', 1],
        ],
        errorType: [['TimeoutError', 1]],
      });
      const short = await reader.facets(asked({ fields: ['model', 'service', 'tag'], prefix: 'm', limit: 1 }));
      expect(Object.fromEntries(short)).toEqual({
        model: { values: [{ value: 'M-2', count: 1 }], totalValues: 2, relation: 'eq' },
        service: { values: [], totalValues: 0, relation: 'eq' },
        tag: { values: [], totalValues: 0, relation: 'eq' },
      });
    }));

  test('a value that no trace has any more is gone, one that a trace came to have is there', () =>
    withStore(factory, async ({ writer, reader }) => {
      const early = spanModel({
        spanId: spanIdOf(1),
        parentSpanId: spanIdOf(0),
        name: 'child',
        startUnixNano: NOON + 1n,
      });
      await writer.write(spansArrive([early], { framing }));
      expect(countsOf(await reader.facets(asked({ fields: ['name'] })))).toEqual({ name: [['child', 1]] });
      await writer.write(spansArrive([spanModel({ name: 'root', statusCode: 2 })], { framing }));
      expect(countsOf(await reader.facets(asked({ fields: ['name', 'status'] })))).toEqual({
        name: [['root', 1]],
        status: [['error', 1]],
      });
    }));

  test(
    'any facets are those of the memory store',
    () =>
      fc.assert(
        fc.asyncProperty(anyShelf, fc.array(anyFacetQuery, { minLength: 6, maxLength: 12 }), async (shelf, queries) => {
          const requests = requestsOf(shelf, framing);
          const oracle = createMemoryTraceStore({ prices: CONTRACT_PRICES });
          await oracle.writer.write(requests.flat());
          await withStore(factory, async ({ writer, reader }) => {
            for (const request of requests) await writer.write(request);
            for (const query of queries)
              expect({ query, facets: await reader.facets(query) }).toEqual({
                query,
                facets: await oracle.reader.facets(query),
              });
          });
        }),
        { numRuns: 8 },
      ),
    MANY_STORES_MILLIS,
  );
};
