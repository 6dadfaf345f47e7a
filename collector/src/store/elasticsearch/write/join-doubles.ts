import type { Client } from '@elastic/elasticsearch';
import {
  type BulkSender,
  type CircuitBreaker,
  type ElasticsearchTransport,
  type HeldTrace,
  mergeJob,
  type MergeOptions,
  readHeld,
  sendLongTrace,
  staleOf,
  type TraceIndices,
} from 'noveum-proto/elasticsearch';

/** Makes one of traces that two indices hold: two collectors can do that around a rollover. */
export interface DoubleTraces {
  /** Joins those of these traces that are double; returns how many were. */
  join(traces: readonly { readonly id: string; readonly project: string }[]): Promise<number>;
  /** A little of the search for doubles around the latest rollovers; true while there is more to look at. */
  step(nowMillis: number): Promise<boolean>;
}

export interface DoubleTracesOptions {
  readonly client: Client;
  readonly transport: ElasticsearchTransport;
  readonly alias: string;
  readonly breaker: CircuitBreaker;
  readonly sender: BulkSender;
  readonly indices: TraceIndices;
  readonly merging: MergeOptions;
}

/** After an index was made it is looked at so much later: soon, and once what was on its way has come. */
const LOOKS_AFTER_MILLIS = [15_000, 600_000];
/** What came first so long before or after. */
const AROUND_MILLIS = 600_000;
/** Older ones, but for the last, were looked at by whoever ran before. */
const RECENT_MILLIS = 3_600_000;
const TRACES_AT_ONCE = 500;

interface Look {
  readonly index: string;
  readonly after: string | null;
}

export const createDoubleTraces = (options: DoubleTracesOptions): DoubleTraces => {
  const { alias, breaker, client, indices, merging, sender, transport } = options;
  /** At each index so far. */
  let looks: ReadonlyMap<string, number> = new Map();
  let looking: Look | null = null;

  const joinOne = async (id: string, held: readonly HeldTrace[]): Promise<boolean> => {
    const [first] = held;
    const { record } = mergeJob({ traceKey: null, arrived: [] }, held, merging);
    if (first === undefined || record === null) return false;
    const version = { if_seq_no: first.seqNo, if_primary_term: first.primaryTerm };
    const head = { action: { index: { _index: first.index, _id: id, ...version } }, source: record.head };
    const { status } = await sendLongTrace(sender, first.index, record.parts, head);
    const isJoined = status === 'done';
    if (isJoined) await sender.send(staleOf(held), () => undefined);
    return isJoined;
  };

  const join: DoubleTraces['join'] = async (traces) => {
    const names = (await breaker.run(() => indices.all())).map(({ name }) => name);
    if (names.length < 2 || traces.length === 0) return 0;
    const wanted = traces.map(({ id, project }) => ({ id, project, indices: names }));
    const held = await breaker.run(() => readHeld(transport, wanted));
    let joined = 0;
    for (const { id } of traces) {
      const places = held.get(id) ?? [];
      if (places.length > 1 && (await joinOne(id, places))) joined++;
    }
    return joined;
  };

  /** Each index is looked at, however soon it was rolled over again. */
  const nextLook = async (nowMillis: number): Promise<Look | null> => {
    const all = await breaker.run(() => indices.all());
    const last = all.at(-1);
    looks = new Map(
      all.map((index) => {
        const isToDo = index === last || nowMillis < index.createdMillis + RECENT_MILLIS;
        return [index.name, looks.get(index.name) ?? (isToDo ? 0 : LOOKS_AFTER_MILLIS.length)];
      }),
    );
    const due = all.find(({ createdMillis, name }) => {
      const after = LOOKS_AFTER_MILLIS[looks.get(name) ?? 0];
      return after !== undefined && nowMillis >= createdMillis + after;
    });
    return due === undefined ? null : { index: due.name, after: null };
  };

  return {
    join,
    async step(nowMillis) {
      looking ??= await nextLook(nowMillis);
      if (looking === null) return false;
      const look = looking;
      const made = (await breaker.run(() => indices.all())).find(({ name }) => name === look.index)?.createdMillis ?? 0;
      const { hits } = await breaker.run(() =>
        client.search<{ readonly project: string }>({
          index: alias,
          size: TRACES_AT_ONCE,
          sort: [{ 'noveum.head': 'asc' }],
          ...(look.after === null ? {} : { search_after: [look.after] }),
          query: {
            bool: {
              filter: [
                { term: { _index: look.index } },
                { term: { 'noveum.part': 0 } },
                { range: { 'noveum.first_received_millis': { gte: made - AROUND_MILLIS, lte: made + AROUND_MILLIS } } },
              ],
            },
          },
          _source_includes: ['project'],
        }),
      );
      const found = hits.hits.flatMap(({ _id: id, _source: source }) =>
        id === undefined || source === undefined ? [] : [{ id, project: source.project }],
      );
      await join(found);
      const last = found.at(-1);
      if (last !== undefined && found.length === TRACES_AT_ONCE) {
        looking = { ...look, after: last.id };
        return true;
      }
      looks = new Map(looks).set(look.index, (looks.get(look.index) ?? 0) + 1);
      looking = await nextLook(nowMillis);
      return looking !== null;
    },
  };
};
