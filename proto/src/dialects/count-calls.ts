import type { SpanType } from '../document/index.js';

/** As much of a span as it takes to tell who repeats whom. All spans of a trace, GenAI or not. */
export interface CallRow {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly type: SpanType;
  readonly scopeName: string;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly model: string | null;
  readonly responseId: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  readonly costUsd: number | null;
}

/** Spans that make calls of their own, so that a call above them isn't the same call. */
const BOUNDARIES: ReadonlySet<SpanType> = new Set<SpanType>(['tool', 'agent']);

/** A span of an unknown kind that tells usage made the call. */
const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'span']);

const sameKind = (a: CallRow, b: CallRow): boolean => a.type === b.type || a.type === 'span' || b.type === 'span';

const LOGGING_SCOPE = 'logfire';

/** Calls at once beyond these are not compared. */
const MAX_PARTNERS = 256;

type Has = (row: CallRow) => boolean;

type Climb = 'straight' | 'past-boundary';

/**
 * Marks all above one span that tell the same again: whatever makes no calls itself, and calls of the same kind that
 * hold this one. Stops where another of its kind has climbed before.
 */
const climb = (
  row: CallRow,
  byId: ReadonlyMap<string, CallRow>,
  climbed: Map<CallRow, Climb>,
  mark: (above: CallRow) => void,
): void => {
  let isPast = BOUNDARIES.has(row.type);
  let above = row.parentId === null ? undefined : byId.get(row.parentId);
  while (above !== undefined && above !== row) {
    const before = climbed.get(above);
    if (before === 'straight' || (before !== undefined && isPast)) return;
    climbed.set(above, isPast ? 'past-boundary' : 'straight');
    if (!CALLS.has(above.type) || (!isPast && sameKind(above, row))) mark(above);
    isPast ||= BOUNDARIES.has(above.type);
    above = above.parentId === null ? undefined : byId.get(above.parentId);
  }
};

/** Those above another that tells the same: parents that repeat their children, and calls that hold the same call. */
const repeatedAbove = (rows: readonly CallRow[], has: Has): Set<CallRow> => {
  const byId = new Map(rows.map((row) => [row.spanId, row]));
  const repeated = new Set<CallRow>();
  const climbedByType = new Map<SpanType, Map<CallRow, Climb>>();
  for (const row of rows) {
    if (!has(row)) continue;
    const climbed = climbedByType.get(row.type) ?? new Map<CallRow, Climb>();
    climbedByType.set(row.type, climbed);
    climb(row, byId, climbed, (above) => {
      if (has(above)) repeated.add(above);
    });
  }
  return repeated;
};

const agree = (a: string | number | null, b: string | number | null): boolean => a === null || b === null || a === b;

const sameModel = ({ model: a }: CallRow, { model: b }: CallRow): boolean =>
  a === null || b === null || a.startsWith(b) || b.startsWith(a);

/** Inputs may be told with or without what was cached, so they are asked only where no output was told. */
const sameTold = (a: CallRow, b: CallRow): boolean =>
  sameKind(a, b) &&
  agree(a.outputTokens, b.outputTokens) &&
  (a.outputTokens !== null || b.outputTokens !== null || agree(a.inputTokens, b.inputTokens)) &&
  agree(a.responseId, b.responseId) &&
  sameModel(a, b);

const durationOf = (row: CallRow): bigint => row.endUnixNano - row.startUnixNano;

const distance = (a: CallRow, b: CallRow): bigint => {
  const between = (one: bigint, other: bigint): bigint => (one < other ? other - one : one - other);
  return between(a.startUnixNano, b.startUnixNano) + between(a.endUnixNano, b.endUnixNano);
};

interface Pair {
  readonly kept: CallRow;
  readonly dropped: CallRow;
  readonly apart: bigint;
}

/** The one that holds the other is kept; of equally long ones the one whose scope comes first. */
const pairOf = (a: CallRow, b: CallRow): Pair => {
  const apart = distance(a, b);
  const [long, short] = [durationOf(a), durationOf(b)];
  const isFirstKept = long === short ? a.scopeName < b.scopeName : long > short;
  return isFirstKept ? { kept: a, dropped: b, apart } : { kept: b, dropped: a, apart };
};

/** Of siblings in the order of their starts: those at work at the same time that tell the same. */
const pairsAmong = (siblings: readonly CallRow[]): Pair[] => {
  const pairs: Pair[] = [];
  siblings.forEach((a, at) => {
    const upTo = Math.min(siblings.length, at + 1 + MAX_PARTNERS);
    for (let next = at + 1; next < upTo; next++) {
      const b = siblings[next];
      if (b === undefined || b.startUnixNano > a.endUnixNano) break;
      if (a.scopeName !== b.scopeName && sameTold(a, b)) pairs.push(pairOf(a, b));
    }
  });
  return pairs.sort((a, b) => (a.apart < b.apart ? -1 : a.apart > b.apart ? 1 : 0));
};

/** One call that two instrumentations tell side by side: the closest in time are paired, each once a scope. */
const repeatedBeside = (siblings: readonly CallRow[]): ReadonlyMap<CallRow, CallRow> => {
  const keptOf = new Map<CallRow, CallRow>();
  if (new Set(siblings.map((row) => row.scopeName)).size < 2) return keptOf;
  const partners = new Map<CallRow, Set<string>>();
  for (const { kept, dropped } of pairsAmong(siblings)) {
    const scopes = partners.get(kept) ?? new Set();
    if (keptOf.has(kept) || keptOf.has(dropped) || scopes.has(dropped.scopeName) || partners.has(dropped)) continue;
    partners.set(kept, scopes.add(dropped.scopeName));
    keptOf.set(dropped, kept);
  }
  return keptOf;
};

const isUsageLog = (row: CallRow): boolean => durationOf(row) === 0n && row.scopeName.startsWith(LOGGING_SCOPE);

/**
 * Logfire tells the usage of a stream on a span of no length after it. That belongs to the stream, which has none;
 * where there is no such stream, it repeats a call that told the same.
 */
const repeatedByLogs = (siblings: readonly CallRow[], has: Has): ReadonlyMap<CallRow, CallRow> => {
  const keptOf = new Map<CallRow, CallRow>();
  const taken = new Set<CallRow>();
  const calls = siblings.filter((row) => !isUsageLog(row));
  for (const log of siblings) {
    if (!has(log) || !isUsageLog(log)) continue;
    const before = calls.filter(
      (row) => !taken.has(row) && row.startUnixNano <= log.startUnixNano && sameTold(row, log),
    );
    const owner = before.findLast((row) => !has(row)) ?? before.at(-1);
    if (owner === undefined) continue;
    taken.add(owner);
    if (has(owner)) keptOf.set(log, owner);
  }
  return keptOf;
};

const byStart = (a: CallRow, b: CallRow): number => {
  const order = a.startUnixNano - b.startUnixNano;
  if (order !== 0n) return order < 0n ? -1 : 1;
  return a.spanId < b.spanId ? -1 : 1;
};

const siblingsOf = (rows: readonly CallRow[]): Iterable<readonly CallRow[]> => {
  const byParent = new Map<string, CallRow[]>();
  for (const row of rows) {
    const siblings = byParent.get(row.parentId ?? '');
    if (siblings === undefined) byParent.set(row.parentId ?? '', [row]);
    else siblings.push(row);
  }
  return byParent.values();
};

interface Counted {
  readonly counted: ReadonlySet<CallRow>;
  /** Those that were left out for one beside them, and which. */
  readonly keptOf: ReadonlyMap<CallRow, CallRow>;
}

const countOnce = (rows: readonly CallRow[], has: Has): Counted => {
  const above = repeatedAbove(rows, has);
  const counted = new Set(rows.filter((row) => has(row) && !above.has(row)));
  const keptOf = new Map<CallRow, CallRow>();
  const leaveOut = (kept: CallRow, dropped: CallRow): void => {
    counted.delete(dropped);
    keptOf.set(dropped, kept);
  };
  const calls = rows.filter((row) => CALLS.has(row.type) && !above.has(row) && (row.type !== 'span' || has(row)));
  for (const siblings of siblingsOf(calls.sort(byStart))) {
    if (siblings.length < 2) continue;
    repeatedByLogs(siblings, has).forEach(leaveOut);
    repeatedBeside(siblings.filter((row) => counted.has(row))).forEach(leaveOut);
  }
  return { counted, keptOf };
};

export interface CountedCalls {
  /** Spans whose tokens count; what another span tells too counts on one of them. */
  readonly usage: ReadonlySet<CallRow>;
  /** Spans whose sent cost counts. */
  readonly cost: ReadonlySet<CallRow>;
  /** Of `usage`, those that no sent cost speaks for: their own, of a parent that sums up, or of their double beside. */
  readonly unpriced: ReadonlySet<CallRow>;
}

export const hasUsage: Has = (row) => row.totalTokens !== null && row.totalTokens > 0;

export const hasCost: Has = (row) => row.costUsd !== null;

/** Whether a cost that counts was sent by any above a span; what was found on the way up is kept. */
const createPricedAbove = (rows: readonly CallRow[], cost: ReadonlySet<CallRow>) => {
  const byId = new Map(rows.map((row) => [row.spanId, row]));
  const known = new Map<CallRow, boolean>();
  return (row: CallRow): boolean => {
    const way: CallRow[] = [];
    let at: CallRow | undefined = row;
    let isPriced = false;
    while (at !== undefined && !known.has(at)) {
      known.set(at, false);
      way.push(at);
      at = at.parentId === null ? undefined : byId.get(at.parentId);
      isPriced = at !== undefined && cost.has(at);
      if (isPriced) break;
    }
    isPriced ||= at !== undefined && known.get(at) === true;
    for (const passed of way) known.set(passed, isPriced);
    return isPriced;
  };
};

/** Which spans of one trace count, whatever their order: each call once. */
export const countCalls = (rows: readonly CallRow[]): CountedCalls => {
  const usage = countOnce(rows, hasUsage);
  const { counted: cost } = countOnce(rows, hasCost);
  if (cost.size === 0) return { usage: usage.counted, cost, unpriced: usage.counted };
  const isPricedAbove = createPricedAbove(rows, cost);
  const pricedBeside = new Set([...usage.keptOf].filter(([dropped]) => cost.has(dropped)).map(([, kept]) => kept));
  const isUnpriced = (row: CallRow): boolean => !hasCost(row) && !pricedBeside.has(row) && !isPricedAbove(row);
  return { usage: usage.counted, cost, unpriced: new Set([...usage.counted].filter(isUnpriced)) };
};
