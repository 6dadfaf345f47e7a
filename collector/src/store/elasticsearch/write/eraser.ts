import type { Client, estypes } from '@elastic/elasticsearch';
import {
  type Arrival,
  type CircuitBreaker,
  headIdOf,
  type HeldRecord,
  keywordOf,
  partIdsOf,
} from 'noveum-proto/elasticsearch';

import type { Erasure, ErasureRequest, ErasureTarget } from '../../trace-store.js';
import type { ErasureIndex, ErasureTimes, StoredErasure } from './erasure-index.js';

export interface EraserOptions {
  readonly client: Client;
  readonly alias: string;
  readonly breaker: CircuitBreaker;
  readonly erasures: ErasureIndex;
  readonly times: ErasureTimes;
  readonly pause: (millis: number) => Promise<void>;
  /** Whether nothing of it is left beside the cluster; asked, from the time of the purge on, until it is so. */
  readonly isGoneElsewhere: (erasure: string) => Promise<boolean>;
  /** The head with this id is gone. */
  readonly onErased: (id: string) => void;
}

/** Takes traces out of the indices, and later out of their files. */
export interface Eraser {
  erase(request: ErasureRequest): Promise<Erasure | null>;
  /** Goes on with what was cut short, purges, forgets: a little; true while more is to do. */
  step(nowMillis: number): Promise<boolean>;
}

const TRACES_AT_ONCE = 500;
const POLL_MILLIS = 20;

interface Head extends HeldRecord {
  readonly noveum: HeldRecord['noveum'] & {
    readonly trace_key: string;
    readonly arrival_day: number;
    readonly arrived_spans: number;
    readonly arrived_bytes: number;
    readonly later_arrivals?: readonly Arrival[];
  };
}

const HEAD_FIELDS = [
  'project',
  'noveum.trace_key',
  'noveum.parts',
  'noveum.generation',
  'noveum.arrival_day',
  'noveum.arrived_spans',
  'noveum.arrived_bytes',
  'noveum.later_arrivals',
];

const queryOf = ({ project, traceKey, userId, sessionId, startUnixNano, endUnixNano }: ErasureTarget) => {
  const filter: estypes.QueryDslQueryContainer[] = [{ term: { 'noveum.part': 0 } }];
  if (project !== null) filter.push({ term: { project: keywordOf(project) } });
  if (traceKey !== undefined) filter.push({ term: { 'noveum.trace_key': keywordOf(traceKey) } });
  if (userId !== undefined) filter.push({ term: { 'metadata.user_id': keywordOf(userId) } });
  if (sessionId !== undefined) filter.push({ term: { 'metadata.session_id': keywordOf(sessionId) } });
  const time = {
    ...(startUnixNano === undefined ? {} : { gte: String(startUnixNano) }),
    ...(endUnixNano === undefined ? {} : { lt: String(endUnixNano) }),
  };
  if (Object.keys(time).length > 0) filter.push({ range: { 'noveum.start_unix_nano': time } });
  return { bool: { filter } };
};

const arrivalsIn = ({ noveum }: Head): readonly Arrival[] => [
  { day: noveum.arrival_day, spans: noveum.arrived_spans, bytes: noveum.arrived_bytes },
  ...(noveum.later_arrivals ?? []),
];

export const createEraser = (options: EraserOptions): Eraser => {
  const { alias, breaker, client, erasures, isGoneElsewhere, onErased, pause, times } = options;
  let merging: { readonly task: string; readonly erasures: readonly string[] } | null = null;

  const findHeads = async (query: estypes.QueryDslQueryContainer): Promise<estypes.SearchHit<Head>[]> => {
    await breaker.run(() => client.indices.refresh({ index: alias }));
    const { hits } = await breaker.run(() =>
      client.search<Head>({
        index: alias,
        size: TRACES_AT_ONCE,
        query,
        seq_no_primary_term: true,
        _source_includes: HEAD_FIELDS,
      }),
    );
    return hits.hits;
  };

  /** A writing that was cut short leaves parts that no head names. */
  const removeLeftParts = async (heads: readonly string[]): Promise<void> => {
    const filter = [{ terms: { 'noveum.head': [...heads] } }, { range: { 'noveum.part': { gte: 1 } } }];
    for (;;) {
      const { hits } = await breaker.run(() =>
        client.search({ index: alias, size: TRACES_AT_ONCE, query: { bool: { filter } }, _source: false }),
      );
      if (hits.hits.length === 0) return;
      const operations = hits.hits.map(({ _id: part = '', _index: index }) => ({
        delete: { _index: index, _id: part },
      }));
      await breaker.run(() => client.bulk({ operations, refresh: true }));
    }
  };

  /** Tombstones first: what comes meanwhile is not taken. */
  const removeSome = async (id: string, hits: readonly estypes.SearchHit<Head>[]): Promise<void> => {
    const heads = hits.flatMap(({ _id: head, _index: index, _primary_term: term, _seq_no: seqNo, _source: source }) =>
      head === undefined || source === undefined ? [] : [{ head, index, term, seqNo, source }],
    );
    await erasures.bury(
      id,
      heads.map(({ head, source }) => ({
        id: head,
        project: source.project,
        traceKey: source.noveum.trace_key,
        arrivals: arrivalsIn(source),
      })),
    );
    const operations = heads.flatMap(({ head, index, seqNo, source, term }) => [
      {
        delete: {
          _index: index,
          _id: head,
          ...(seqNo === undefined || term === undefined ? {} : { if_seq_no: seqNo, if_primary_term: term }),
        },
      },
      ...partIdsOf(head, source).map((part) => ({ delete: { _index: index, _id: part } })),
    ]);
    await breaker.run(() => client.bulk({ operations, refresh: true }));
    for (const { head } of heads) onErased(head);
    await removeLeftParts(heads.map(({ head }) => head));
  };

  const remove = async (id: string, target: ErasureTarget): Promise<void> => {
    for (;;) {
      const hits = await findHeads(queryOf(target));
      if (hits.length === 0) break;
      await removeSome(id, hits);
    }
    await erasures.endRemoval(id, await erasures.countTombstones(id));
  };

  const purge = async (due: readonly StoredErasure[], nowMillis: number): Promise<boolean> => {
    if (merging === null) {
      if (due.length === 0) return false;
      await breaker.run(() => client.indices.flush({ index: alias }));
      const { task } = await breaker.run(() =>
        client.indices.forcemerge({ index: alias, only_expunge_deletes: true, wait_for_completion: false }),
      );
      merging = { task: String(task), erasures: due.map(({ id }) => id) };
      return true;
    }
    const { erasures: purged, task } = merging;
    const state: { readonly completed?: boolean; readonly error?: unknown } = await breaker.run(() =>
      client.tasks.get({ task_id: task }, { ignore: [404] }),
    );
    if (state.completed === false) {
      await pause(POLL_MILLIS);
      return true;
    }
    merging = null;
    // Where the task is not known any more, its node has gone: the next step merges again.
    if (state.completed !== true || state.error !== undefined) return true;
    await breaker.run(() => client.indices.flush({ index: alias }));
    for (const id of purged) await erasures.setPurged(id, nowMillis);
    return true;
  };

  const dueOf = async (open: readonly StoredErasure[], nowMillis: number): Promise<readonly StoredErasure[]> => {
    const due: StoredErasure[] = [];
    for (const erasure of open) {
      const { id, purgedAtMillis, requestedAtMillis } = erasure;
      if (purgedAtMillis !== null || requestedAtMillis + times.purgeAfterMillis > nowMillis) continue;
      if (await isGoneElsewhere(id)) due.push(erasure);
    }
    return due;
  };

  return {
    async erase(request) {
      const { id, target } = request;
      const { project, traceKey } = target;
      if (traceKey !== undefined) {
        const hits = await findHeads(queryOf(target));
        if (hits.length === 0)
          return erasures.of(project, traceKey, project === null ? null : headIdOf(project, traceKey));
      }
      await erasures.begin(request);
      await remove(id, target);
      return erasures.get(id);
    },
    async step(nowMillis) {
      const forgetBefore = nowMillis - times.rememberMillis;
      const open = await erasures.open(forgetBefore);
      const unremoved = open.find(({ target }) => target !== null);
      if (unremoved !== undefined && unremoved.target !== null) {
        await remove(unremoved.id, unremoved.target);
        return true;
      }
      if (await purge(merging === null ? await dueOf(open, nowMillis) : [], nowMillis)) return true;
      const expired = open.find(
        ({ purgedAtMillis, requestedAtMillis }) => purgedAtMillis !== null && requestedAtMillis < forgetBefore,
      );
      if (expired === undefined) return false;
      await erasures.forget(expired.id);
      return true;
    },
  };
};
