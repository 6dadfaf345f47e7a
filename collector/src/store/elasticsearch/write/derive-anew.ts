import {
  type BulkItem,
  type BulkOutcome,
  type BulkSender,
  type CircuitBreaker,
  type ElasticsearchTransport,
  type HeldTrace,
  mergeJob,
  type MergeOptions,
  readHeld,
  sendLongTrace,
  staleOf,
  type TraceRecord,
  type Wanted,
} from 'noveum-proto/elasticsearch';

import { NOTHING_REDERIVED, type RederiveReport, type RederiveTools, sumOfReports } from '../../rederive.js';
import { changeOfSummary } from './summary-change.js';

export interface DeriveAnewOptions {
  readonly transport: ElasticsearchTransport;
  readonly breaker: CircuitBreaker;
  readonly sender: BulkSender;
  readonly merging: MergeOptions;
  readonly pause: (millis: number) => Promise<void>;
}

export interface WantedAnew extends Wanted {
  readonly traceKey: string;
}

export interface DeriveAnewRun {
  /** Nothing is written. */
  readonly isDry: boolean;
  /** Tries again while the cluster is away. */
  readonly insist: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tools: Pick<RederiveTools, 'isStorageFault'>;
}

/** Derives some traces anew from what is held of them, and says what came of it. Rejects on a storage fault that lasts. */
export type DeriveAnew = (wanted: readonly WantedAnew[], run: DeriveAnewRun) => Promise<RederiveReport>;

const FAILED: RederiveReport = { ...NOTHING_REDERIVED, traces: 1, failed: 1 };
const ROUNDS = 20;
const FIRST_PAUSE_MILLIS = 10;
const LONGEST_PAUSE_MILLIS = 500;

interface Look {
  readonly want: WantedAnew;
  /** What is to be told once what was sent of it is there. */
  sent: RederiveReport | null;
}

interface Anew {
  readonly look: Look;
  readonly held: readonly [HeldTrace, ...HeldTrace[]];
  readonly record: TraceRecord;
  readonly report: RederiveReport;
}

type Outcome = BulkOutcome['status'];

export const createDeriveAnew = ({ breaker, merging, pause, sender, transport }: DeriveAnewOptions): DeriveAnew => {
  /** What can't be read of one trace is to stop no other. */
  const readAll = async (
    looks: readonly Look[],
    tools: DeriveAnewRun['tools'],
  ): Promise<ReadonlyMap<Look, readonly HeldTrace[] | 'unreadable'>> => {
    const read = (some: readonly Look[]) =>
      breaker.run(() =>
        readHeld(
          transport,
          some.map(({ want }) => want),
          { told: true },
        ),
      );
    try {
      const held = await read(looks);
      return new Map(looks.map((look) => [look, held.get(look.want.id) ?? []]));
    } catch (error) {
      if (tools.isStorageFault(error)) throw error;
      const [only, ...others] = looks;
      if (only !== undefined && others.length === 0) return new Map([[only, 'unreadable']]);
    }
    const each = new Map<Look, readonly HeldTrace[] | 'unreadable'>();
    for (const look of looks) for (const [one, held] of await readAll([look], tools)) each.set(one, held);
    return each;
  };

  const merged = (look: Look, held: Anew['held']): Anew | RederiveReport => {
    const [{ told }] = held;
    const { derivation } = merging;
    if (told === undefined) return FAILED;
    // Whoever wrote to it meanwhile has derived it anew.
    if (held.length === 1 && told.derivation === derivation)
      return look.sent ?? changeOfSummary(told.summary, told.summary);
    const { traceKey } = look.want;
    try {
      const { record, summary } = mergeJob({ traceKey, arrived: [], isAnew: true }, held, merging);
      if (record === null || summary === null) return FAILED;
      return { look, held, record, report: changeOfSummary(told.summary, summary) };
    } catch {
      return FAILED;
    }
  };

  const headOf = ({ held: [{ id, index, primaryTerm, seqNo }], record }: Anew): BulkItem => ({
    action: { index: { _index: index, _id: id, if_seq_no: seqNo, if_primary_term: primaryTerm } },
    source: record.head,
  });

  return async (wanted, { insist, isDry, tools }) => {
    const left = new Set(wanted.map((want): Look => ({ want, sent: null })));
    let report = NOTHING_REDERIVED;
    const settle = (look: Look, came: RederiveReport): void => {
      report = sumOfReports(report, came);
      left.delete(look);
    };

    const round = async (): Promise<void> => {
      const stale: BulkItem[] = [];
      const long: Anew[] = [];
      const held = await readAll([...left], tools);
      const onOutcome = ({ held: copies, look, report: came }: Anew, outcome: Outcome): void => {
        if (outcome === 'refused') settle(look, FAILED);
        // What is erased, or written meanwhile, is read once more.
        if (outcome !== 'done') return;
        settle(look, came);
        stale.push(...staleOf(copies));
      };
      const heads = function* (): Generator<BulkItem & { readonly anew: Anew }> {
        for (const [look, found] of held) {
          if (found === 'unreadable') {
            settle(look, FAILED);
            continue;
          }
          const [first, ...others] = found;
          if (first === undefined) {
            left.delete(look);
            continue;
          }
          const anew = merged(look, [first, ...others]);
          if (!('record' in anew)) settle(look, anew);
          else if (isDry) settle(look, anew.report);
          else {
            look.sent = anew.report;
            if (anew.record.parts.length > 0) long.push(anew);
            else yield { ...headOf(anew), anew };
          }
        }
      };
      await sender.send(heads(), ({ anew }, { status }) => {
        onOutcome(anew, status);
      });
      for (const anew of long) {
        const [{ index }] = anew.held;
        const { status } = await sendLongTrace(sender, index, anew.record.parts, headOf(anew));
        onOutcome(anew, status);
      }
      await sender.send(stale, () => undefined);
    };

    for (let number = 1; left.size > 0 && number <= ROUNDS; number++) {
      if (number > 2) await pause(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** number * Math.random()));
      await insist(round);
    }
    // Written so often that nothing of it could be said: whoever writes derives it anew.
    for (const look of left) settle(look, FAILED);
    return report;
  };
};
