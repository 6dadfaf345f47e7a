import { createHash } from 'node:crypto';

import type { Client, estypes } from '@elastic/elasticsearch';
import {
  type Arrival,
  type CircuitBreaker,
  type ElasticsearchTransport,
  keywordOf,
  readErased,
} from 'noveum-proto/elasticsearch';

import type { Erasure, ErasureRequest, ErasureTarget } from '../../trace-store.js';

export interface ErasureTimes {
  /** From the request until its traces have to be out of the files. */
  readonly purgeAfterMillis: number;
  /** From the request until what it erased may come again. */
  readonly rememberMillis: number;
}

/** A trace that was erased; its `_id` is that of the trace's head. */
export interface Tombstone {
  readonly id: string;
  readonly project: string;
  readonly traceKey: string;
  readonly arrivals: readonly Arrival[];
}

export interface StoredErasure extends Erasure {
  /** Null once all that it names was taken out: nothing of it is kept then. */
  readonly target: ErasureTarget | null;
}

/**
 * What was erased, in an index of its own: a document for each request, and a tombstone for each trace, which says what
 * usage says of it (`noveum.part`, `noveum.arrival_day` and so on, as a head) and nothing else.
 */
export interface ErasureIndex {
  /** Of these heads those that may not come back. */
  erasedAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
  begin(request: ErasureRequest): Promise<void>;
  /** How many were not there before. */
  bury(erasure: string, traces: readonly Tombstone[]): Promise<number>;
  endRemoval(id: string, traces: number): Promise<void>;
  setPurged(id: string, nowMillis: number): Promise<void>;
  get(id: string): Promise<Erasure | null>;
  /** The erasure that took a trace; `project` null: of any project. */
  of(project: string | null, traceKey: string, id: string | null): Promise<Erasure | null>;
  /** Not removed or not purged yet, or asked for before a time; the oldest first. */
  open(beforeMillis: number): Promise<readonly StoredErasure[]>;
  countTombstones(id: string): Promise<number>;
  state(): Promise<ErasureIndexState>;
  /** Forgets some of an erasure, and what usage says of its traces; true: there are more. */
  forget(id: string): Promise<boolean>;
}

export interface ErasureIndexState {
  /** Traces that may not come back. */
  readonly tombstones: number;
  /** Erasures that are not purged. */
  readonly pending: number;
  /** When the oldest of them was asked for; null: there is none. */
  readonly pendingSinceMillis: number | null;
}

export interface ErasureIndexOptions {
  readonly client: Client;
  readonly transport: ElasticsearchTransport;
  readonly index: string;
  readonly breaker: CircuitBreaker;
}

const keyword = { type: 'keyword' } as const;

const MAPPING = {
  dynamic: false,
  _meta: { version: 1 },
  properties: {
    kind: keyword,
    erasure: keyword,
    /** Hash of the trace key. */
    key: keyword,
    project: keyword,
    requested: { type: 'long' },
    traces: { type: 'long' },
    is_removed: { type: 'boolean' },
    purged: { type: 'long' },
    target: { type: 'object', enabled: false },
    noveum: {
      dynamic: false,
      properties: {
        part: { type: 'integer' },
        arrival_day: { type: 'integer' },
        arrived_spans: { type: 'long' },
        arrived_bytes: { type: 'long' },
        later_arrivals: {
          type: 'nested',
          properties: { day: { type: 'integer' }, spans: { type: 'long' }, bytes: { type: 'long' } },
        },
      },
    },
  },
} as const;

const SETTINGS = { number_of_shards: 1, auto_expand_replicas: '0-1' } as const;
const FORGOTTEN_AT_ONCE = 1_000;
const OPEN_AT_ONCE = 100;

interface Source {
  readonly erasure: string;
  readonly project: string | null;
  readonly requested: number;
  readonly traces: number;
  readonly is_removed: boolean;
  readonly purged: number | null;
  readonly target: Readonly<Record<string, string | null>> | null;
}

const targetOf = (target: Source['target']): ErasureTarget | null =>
  target === null
    ? null
    : {
        project: target['project'] ?? null,
        ...(typeof target['traceKey'] === 'string' ? { traceKey: target['traceKey'] } : {}),
        ...(typeof target['userId'] === 'string' ? { userId: target['userId'] } : {}),
        ...(typeof target['sessionId'] === 'string' ? { sessionId: target['sessionId'] } : {}),
        ...(typeof target['startUnixNano'] === 'string' ? { startUnixNano: BigInt(target['startUnixNano']) } : {}),
        ...(typeof target['endUnixNano'] === 'string' ? { endUnixNano: BigInt(target['endUnixNano']) } : {}),
      };

const storedTarget = (target: ErasureTarget): Source['target'] =>
  Object.fromEntries(
    Object.entries(target).map(([name, value]: [string, string | bigint | null]) => [
      name,
      value === null ? null : String(value),
    ]),
  );

const erasureOf = ({ erasure: id, project, purged, requested, traces }: Source): Erasure => ({
  id,
  project,
  requestedAtMillis: requested,
  traces,
  purgedAtMillis: purged,
});

const documentId = (id: string): string => `erasure.${id}`;
const hashOfKey = (traceKey: string): string => createHash('sha256').update(keywordOf(traceKey)).digest('base64url');

const tombstoneOf = (erasure: string, { arrivals: [first, ...later], project, traceKey }: Tombstone) => ({
  kind: 'tombstone',
  erasure,
  key: hashOfKey(traceKey),
  project,
  noveum: {
    part: 0,
    arrival_day: first?.day ?? 0,
    arrived_spans: first?.spans ?? 0,
    arrived_bytes: first?.bytes ?? 0,
    ...(later.length === 0 ? {} : { later_arrivals: later }),
  },
});

export const openErasureIndex = ({ breaker, client, index, transport }: ErasureIndexOptions): ErasureIndex => {
  let isThere = false;

  const make = async (): Promise<void> => {
    if (isThere) return;
    await breaker.run(async () => {
      if (!(await client.indices.exists({ index })))
        await client.indices.create({ index, mappings: MAPPING, settings: SETTINGS }, { ignore: [400] });
    });
    isThere = true;
  };

  const isMissing = async (): Promise<boolean> => {
    if (!isThere) isThere = await breaker.run(() => client.indices.exists({ index }));
    return !isThere;
  };

  const read = async (id: string): Promise<Source | null> => {
    if (await isMissing()) return null;
    const found = await breaker.run(() => client.get<Source>({ index, id: documentId(id) }, { ignore: [404] }));
    return found.found ? (found._source ?? null) : null;
  };

  const change = async (id: string, changes: Partial<Source>): Promise<void> => {
    const held = await read(id);
    if (held === null) return;
    const document = { kind: 'erasure', ...held, ...changes };
    await breaker.run(() => client.index({ index, id: documentId(id), document, refresh: true }));
  };

  return {
    async erasedAmong(ids) {
      return (await isMissing()) ? new Set() : breaker.run(() => readErased(transport, index, ids));
    },
    async begin({ id, requestedAtMillis, target }) {
      await make();
      const document = {
        kind: 'erasure',
        erasure: id,
        project: target.project,
        requested: requestedAtMillis,
        traces: 0,
        is_removed: false,
        purged: null,
        target: storedTarget(target),
      };
      await breaker.run(() => client.create({ index, id: documentId(id), document, refresh: true }, { ignore: [409] }));
    },
    async bury(erasure, traces) {
      await make();
      const operations = traces.flatMap((trace) => [{ create: { _id: trace.id } }, tombstoneOf(erasure, trace)]);
      const { items } = await breaker.run(() => client.bulk({ index, operations, refresh: true }));
      const failed = items.find(({ create }) => create !== undefined && create.status >= 300 && create.status !== 409);
      if (failed !== undefined) throw new Error('a tombstone could not be written');
      return items.filter(({ create }) => create?.status === 201).length;
    },
    endRemoval: (id, traces) => change(id, { is_removed: true, traces, target: null }),
    setPurged: (id, nowMillis) => change(id, { purged: nowMillis }),
    async get(id) {
      const held = await read(id);
      return held === null ? null : erasureOf(held);
    },
    async of(project, traceKey, id) {
      if (await isMissing()) return null;
      if (id !== null) {
        const found = await breaker.run(() => client.get<Source>({ index, id }, { ignore: [404] }));
        const held = found.found && found._source !== undefined ? await read(found._source.erasure) : null;
        return held === null ? null : erasureOf(held);
      }
      const filter = [
        { term: { key: hashOfKey(traceKey) } },
        ...(project === null ? [] : [{ term: { project: keywordOf(project) } }]),
      ];
      const { hits } = await breaker.run(() => client.search<Source>({ index, size: 1, query: { bool: { filter } } }));
      const erasure = hits.hits[0]?._source?.erasure;
      const held = erasure === undefined ? null : await read(erasure);
      return held === null ? null : erasureOf(held);
    },
    async open(beforeMillis) {
      if (await isMissing()) return [];
      const { hits } = await breaker.run(() =>
        client.search<Source>({
          index,
          size: OPEN_AT_ONCE,
          sort: [{ requested: 'asc' }],
          query: {
            bool: {
              filter: [{ term: { kind: 'erasure' } }],
              minimum_should_match: 1,
              should: [
                { bool: { must_not: [{ exists: { field: 'purged' } }] } },
                { range: { requested: { lt: beforeMillis } } },
              ],
            },
          },
        }),
      );
      return hits.hits.flatMap(({ _source: source }) =>
        source === undefined ? [] : [{ ...erasureOf(source), target: targetOf(source.target) }],
      );
    },
    async countTombstones(id) {
      const query = { bool: { filter: [{ term: { kind: 'tombstone' } }, { term: { erasure: id } }] } };
      return (await breaker.run(() => client.count({ index, query }))).count;
    },
    async state() {
      if (await isMissing()) return { tombstones: 0, pending: 0, pendingSinceMillis: null };
      const isPurged = { exists: { field: 'purged' } };
      const [tombstones, { hits, aggregations }] = await breaker.run(() =>
        Promise.all([
          client.count({ index, query: { term: { kind: 'tombstone' } } }),
          client.search<never, { readonly oldest: estypes.AggregationsMinAggregate }>({
            index,
            size: 0,
            track_total_hits: true,
            query: { bool: { filter: [{ term: { kind: 'erasure' } }], must_not: [isPurged] } },
            aggs: { oldest: { min: { field: 'requested' } } },
          }),
        ]),
      );
      const { total = 0 } = hits;
      return {
        tombstones: tombstones.count,
        pending: typeof total === 'number' ? total : total.value,
        pendingSinceMillis: aggregations?.oldest.value ?? null,
      };
    },
    async forget(id) {
      const query = { bool: { filter: [{ term: { kind: 'tombstone' } }, { term: { erasure: id } }] } };
      const { hits } = await breaker.run(() =>
        client.search({ index, size: FORGOTTEN_AT_ONCE, query, _source: false }),
      );
      const ids = hits.hits.flatMap(({ _id: found }) => (found === undefined ? [] : [found]));
      const operations = (ids.length < FORGOTTEN_AT_ONCE ? [...ids, documentId(id)] : ids).map((each) => ({
        delete: { _id: each },
      }));
      await breaker.run(() => client.bulk({ index, operations, refresh: true }));
      return ids.length === FORGOTTEN_AT_ONCE;
    },
  };
};
