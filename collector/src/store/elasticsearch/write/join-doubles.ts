import type { Client } from '@elastic/elasticsearch';

import type { BulkOutcome, BulkSender } from './bulk.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { type HeldTrace, readHeld } from './held-traces.js';
import { mergeJob, type MergeOptions } from './merge-job.js';
import { staleOf } from './stale-documents.js';
import type { TraceIndices } from './trace-indices.js';

/** Makes one of traces that two indices hold: two collectors can do that around a rollover. */
export interface DoubleTraces {
  /** Joins those of these traces that are double; returns how many were. */
  join(traces: readonly { readonly id: string; readonly project: string }[]): Promise<number>;
  /** A little of the search for doubles around the last rollover; true while there is more to look at. */
  step(nowMillis: number): Promise<boolean>;
}

export interface DoubleTracesOptions {
  readonly client: Client;
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
const TRACES_AT_ONCE = 500;

interface Look {
  readonly index: string;
  readonly number: number;
  readonly after: string | null;
}

export const createDoubleTraces = (options: DoubleTracesOptions): DoubleTraces => {
  const { alias, breaker, client, indices, merging, sender } = options;
  let lastLook: { readonly index: string; readonly looks: number } | null = null;
  let looking: Look | null = null;

  const joinOne = async (id: string, held: readonly HeldTrace[]): Promise<boolean> => {
    const [first] = held;
    const { record } = mergeJob({ traceKey: null, arrived: [] }, held, merging);
    if (first === undefined || record === null) return false;
    const head = Buffer.from(record.head);
    const parts = record.parts.map(({ id: part, source }) => ({
      action: { index: { _index: first.index, _id: part } },
      source,
    }));
    await sender.send(parts, () => undefined);
    const version = { if_seq_no: first.seqNo, if_primary_term: first.primaryTerm };
    const action = { index: { _index: first.index, _id: id, ...version } };
    const outcomes: BulkOutcome['status'][] = [];
    await sender.send([{ action, source: head }], (_, { status }) => outcomes.push(status));
    const isJoined = outcomes.includes('done');
    if (isJoined) await sender.send(staleOf(held), () => undefined);
    return isJoined;
  };

  const join: DoubleTraces['join'] = async (traces) => {
    const names = (await breaker.run(() => indices.all())).map(({ name }) => name);
    if (names.length < 2 || traces.length === 0) return 0;
    const wanted = traces.map(({ id, project }) => ({ id, project, indices: names }));
    const held = await breaker.run(() => readHeld(client, wanted));
    let joined = 0;
    for (const { id } of traces) {
      const places = held.get(id) ?? [];
      if (places.length > 1 && (await joinOne(id, places))) joined++;
    }
    return joined;
  };

  const nextLook = async (nowMillis: number): Promise<Look | null> => {
    const last = (await breaker.run(() => indices.all())).at(-1);
    if (last?.createdMillis === undefined) return null;
    const looks = lastLook?.index === last.name ? lastLook.looks : 0;
    const due = LOOKS_AFTER_MILLIS[looks];
    if (due === undefined || nowMillis < last.createdMillis + due) return null;
    return { index: last.name, number: looks + 1, after: null };
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
      lastLook = { index: look.index, looks: look.number };
      looking = null;
      return false;
    },
  };
};
