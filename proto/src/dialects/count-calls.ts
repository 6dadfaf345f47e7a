import { type CallRow, CALLS, type Has, hasCost, hasUsage } from './call-row.js';
import { repeatedAbove } from './repeated-above.js';
import { LOGGING_SCOPE, repeatedBeside, repeatedByLogs } from './repeated-beside.js';

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

const FEW_CALLS = 16;

/** As most traces are: one instrumentation told of calls that hold no other span, so that none repeats another. */
const repeatNothing = (telling: readonly CallRow[], rows: readonly CallRow[]): boolean => {
  const scope = telling[0]?.scopeName ?? '';
  if (telling.length > FEW_CALLS || scope.startsWith(LOGGING_SCOPE)) return false;
  for (const { scopeName } of telling) if (scopeName !== scope) return false;
  for (const { parentId } of rows) {
    if (parentId === null) continue;
    for (const { spanId } of telling) if (spanId === parentId) return false;
  }
  return true;
};

const NONE_LEFT_OUT: ReadonlyMap<CallRow, CallRow> = new Map();

const countOnce = (rows: readonly CallRow[], has: Has): Counted => {
  const telling = rows.filter(has);
  if (telling.length <= 1 || repeatNothing(telling, rows)) return { counted: new Set(telling), keptOf: NONE_LEFT_OUT };
  const above = repeatedAbove(rows, has);
  const counted = new Set(telling.filter((row) => !above.has(row)));
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
  // Spans that are each above the other are left out, all of them, though they sent a cost.
  if (cost.size === 0 && !rows.some(hasCost)) return { usage: usage.counted, cost, unpriced: usage.counted };
  const isPricedAbove = createPricedAbove(rows, cost);
  const pricedBeside = new Set([...usage.keptOf].filter(([dropped]) => cost.has(dropped)).map(([, kept]) => kept));
  const isUnpriced = (row: CallRow): boolean => !hasCost(row) && !pricedBeside.has(row) && !isPricedAbove(row);
  return { usage: usage.counted, cost, unpriced: new Set([...usage.counted].filter(isUnpriced)) };
};
