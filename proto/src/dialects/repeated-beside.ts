import { type CallRow, type Has, sameKind } from './call-row.js';

export const LOGGING_SCOPE = 'logfire';

/** Calls at once beyond these are not compared. */
const MAX_PARTNERS = 256;

const agree = (a: string | number | null, b: string | number | null): boolean => a === null || b === null || a === b;

const sameModel = ({ model: a }: CallRow, { model: b }: CallRow): boolean =>
  a === null || b === null || a.startsWith(b) || b.startsWith(a);

/** An SDK that tells its own calls tells those that an instrumentation tells around them. */
const isVendors = ({ scopeName }: CallRow): boolean => scopeName.startsWith('com.anthropic.sdk.');

/** What an instrumentation makes of a stream's usage may differ from what the SDK says of the call that begins in it. */
const isCallIn = (call: CallRow, around: CallRow): boolean =>
  isVendors(call) && !isVendors(around) && around.startUnixNano < call.startUnixNano;

/** Inputs may be told with or without what was cached, so they are asked only where no output was told. */
const sameUsage = (a: CallRow, b: CallRow): boolean =>
  agree(a.outputTokens, b.outputTokens) &&
  (a.outputTokens !== null || b.outputTokens !== null || agree(a.inputTokens, b.inputTokens));

const sameTold = (a: CallRow, b: CallRow): boolean =>
  sameKind(a, b) &&
  (sameUsage(a, b) || isCallIn(a, b) || isCallIn(b, a)) &&
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

/**
 * The one that holds the other is kept; of equally long ones the one whose scope comes first. Where their outputs
 * differ, the SDK that made the call knows.
 */
const isKept = (a: CallRow, b: CallRow): boolean => {
  if (!agree(a.outputTokens, b.outputTokens)) return isVendors(a);
  const [long, short] = [durationOf(a), durationOf(b)];
  return long === short ? a.scopeName < b.scopeName : long > short;
};

const pairOf = (a: CallRow, b: CallRow): Pair => {
  const apart = distance(a, b);
  const isFirstKept = isKept(a, b);
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
export const repeatedBeside = (siblings: readonly CallRow[]): ReadonlyMap<CallRow, CallRow> => {
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
export const repeatedByLogs = (siblings: readonly CallRow[], has: Has): ReadonlyMap<CallRow, CallRow> => {
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
