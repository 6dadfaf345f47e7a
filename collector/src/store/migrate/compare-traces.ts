import { sentDocumentOf } from 'noveum-proto';

import { dayName, type HeldCounts, type StoredTrace } from '../embedded/index.js';
import { isGone } from './is-gone.js';
import type { MigratedDay } from '../migrate-report.js';
import type { TargetCounts } from './migrate-target.js';
import type { MigrateOptions, Migrating } from './migrating.js';

export interface Compared {
  readonly days: readonly MigratedDay[];
  readonly healed: number;
  readonly refused: number;
}

interface Pair {
  readonly held: HeldCounts;
  readonly there: TargetCounts | null;
}

const AT_ONCE = 500;
const HEALED_AT_ONCE = 50;
const HEALED_BYTES_AT_ONCE = 4 * 1024 * 1024;

/** The target may have more: what came for the trace since another collector writes there. */
const lacks = ({ held, there }: Pair): boolean =>
  there === null || there.spans < held.spans || there.fragments < held.fragments;

/** Sums by day and project. */
const createDaySums = () => {
  const sums = new Map<string, { -readonly [Name in keyof MigratedDay]: MigratedDay[Name] }>();
  return {
    add({ held, there }: Pair): void {
      const day = dayName(held.day);
      const place = `${day} ${held.project}`;
      const sum = sums.get(place) ?? {
        day,
        project: held.project,
        embedded: { traces: 0, spans: 0 },
        elasticsearch: { traces: 0, spans: 0 },
        differing: 0,
      };
      sum.embedded = { traces: sum.embedded.traces + 1, spans: sum.embedded.spans + held.spans };
      if (there !== null)
        sum.elasticsearch = {
          traces: sum.elasticsearch.traces + 1,
          spans: sum.elasticsearch.spans + Math.min(there.spans, held.spans),
        };
      if (lacks({ held, there })) sum.differing++;
      sums.set(place, sum);
    },
    days: (): readonly MigratedDay[] => [...sums.values()],
  };
};

/**
 * Asks of each trace that was copied how much of it the target has. One of which it has less (what came late for it, or
 * a document that was lost) is copied once more and asked for again.
 */
export const compareTraces = async (options: MigrateOptions, migrating: Migrating): Promise<Compared> => {
  const { isCheckOnly, onStep, progress, stored, target } = options;
  const { insist, paced, write } = migrating;
  const sums = createDaySums();
  let healed = 0;
  let refused = 0;

  const pair = async (held: readonly HeldCounts[]): Promise<readonly Pair[]> => {
    const counts = await insist(() => target.counts(held));
    return held.map((each, at) => ({ held: each, there: counts[at] ?? null }));
  };

  /** Traces that are still held and of which something has a place in a document. */
  const readAll = async function* (lacking: readonly Pair[]): AsyncGenerator<StoredTrace> {
    for (const { held } of lacking) {
      const trace = await stored.read(held);
      if (trace !== null && (held.spans > 0 || sentDocumentOf(trace.fragments) !== null)) yield trace;
    }
  };

  const heal = async (lacking: readonly Pair[]): Promise<ReadonlySet<number>> => {
    const ranks = new Set<number>();
    let batch: StoredTrace[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      if (!isCheckOnly) {
        healed += batch.length;
        refused += await write(batch);
      }
      batch = [];
      bytes = 0;
    };
    for await (const trace of readAll(lacking)) {
      ranks.add(trace.rank);
      batch.push(trace);
      for (const { payload } of trace.fragments) bytes += payload.length;
      if (batch.length >= HEALED_AT_ONCE || bytes > HEALED_BYTES_AT_ONCE) await flush();
    }
    await flush();
    return ranks;
  };

  const withoutErased = async (lacking: readonly Pair[]): Promise<readonly Pair[]> => {
    const erased = new Set(
      (await insist(() => target.erasedAmong(lacking.map(({ held }) => held)))).map(
        ({ project, traceKey }) => `${traceKey} ${project}`,
      ),
    );
    return lacking.filter(({ held }) => !erased.has(`${held.traceKey} ${held.project}`));
  };

  const compareSome = async (held: readonly HeldCounts[]): Promise<void> => {
    const pairs = await pair(held);
    for (const each of pairs) if (!lacks(each)) sums.add(each);
    const lacking = await withoutErased(pairs.filter(lacks));
    if (lacking.length === 0) return;
    const expected = await heal(lacking);
    const asked = lacking.filter(({ held: { rank } }) => expected.has(rank));
    if (!isCheckOnly) await insist(() => target.refresh());
    const again = isCheckOnly ? asked : await pair(asked.map((each) => each.held));
    for (const each of again) sums.add(each);
  };

  const days = await stored.days();
  const total = days.reduce((sum, day) => sum + progress.rank(day), 0);
  let done = 0;
  for (const day of days) {
    const reached = isCheckOnly ? stored.lastRank(day) : progress.rank(day);
    for (let rank = 0; rank < reached;) {
      const from = rank;
      const step = async (): Promise<number> => {
        const held = stored.counted(day, from, AT_ONCE).filter((each) => each.rank <= reached);
        if (held.length > 0) await compareSome(held);
        return held.at(-1)?.rank ?? reached;
      };
      try {
        rank = await paced(step);
      } catch (error) {
        if (!isGone(error) || (await stored.days()).includes(day)) throw error;
        break;
      }
      onStep({ phase: 'comparing', done: done + rank, total: Math.max(total, done + rank) });
    }
    done += reached;
    await stored.letGo();
  }
  return { days: sums.days(), healed, refused };
};
