/** Spans of one trace that came together; encoded, and redacted already. */
export interface TracePart {
  readonly traceId: string;
  /** An ExportTraceServiceRequest of its own: what is held doesn't keep a whole batch in memory. */
  readonly request: Uint8Array;
  readonly spanCount: number;
  /** The sampler's word. */
  readonly isSampled: boolean;
  readonly hasError: boolean;
  readonly costUsd: number;
  /** Of the trace's root in this process; undefined where it isn't among these spans. */
  readonly rootDurationMillis: number | undefined;
  /** 16 hex digits, where it is among these spans. */
  readonly rootSpanId?: string | undefined;
}

export interface KeepRuleOptions {
  /** Traces with a span that failed. */
  readonly errors: boolean;
  /** Traces whose root in this process took as long as that, or longer. */
  readonly slowerThanMillis: number | null;
  /** Traces whose spans cost as much as that together, or more. */
  readonly costlierThanUsd: number | null;
  /** Whether a sampled trace that none of these names is kept; by its id, so that every process says the same. */
  readonly isKeptByRatio: (traceId: string) => boolean;
  /** Of what is held; above it the oldest traces are decided by the sampler and the ratio alone. */
  readonly maxBytes: number;
  /** Traces whose first span came so long ago are decided likewise. */
  readonly maxAgeMillis: number;
  /** `by`: what named the trace, or the ratio of all others. Of a trace all the same, but for what comes late. */
  readonly onKept: (part: TracePart, by: 'rule' | 'ratio') => void;
  readonly onDropped: (spans: number, reason: 'not_kept' | 'not_kept_overflow') => void;
}

/**
 * Decides of a whole local trace at the end of its root, when it is known whether it failed, how long it took and what
 * it cost. Spans that come after that share its fate.
 */
export interface KeepRule {
  take(part: TracePart, nowMillis: number): void;
  /** Decides the traces that are too old. */
  decideOld(nowMillis: number): void;
  /** Decides every trace. */
  decideAll(): void;
  readonly heldBytes: number;
  readonly heldSpans: number;
}

interface HeldTrace {
  readonly parts: TracePart[];
  readonly sinceMillis: number;
  bytes: number;
}

/** Of traces that are decided: so many are remembered for what comes late. */
const REMEMBERED_TRACES = 10_000;
/** Of a part that is held, beside its bytes. */
const PART_OVERHEAD_BYTES = 200;

export const createKeepRule = (options: KeepRuleOptions): KeepRule => {
  const { errors, slowerThanMillis, costlierThanUsd, isKeptByRatio, maxBytes, maxAgeMillis, onKept, onDropped } =
    options;
  const held = new Map<string, HeldTrace>();
  const decided = new Map<string, boolean>();
  let heldBytes = 0;
  let heldSpans = 0;

  const isRemarkable = (parts: readonly TracePart[]): boolean =>
    (errors && parts.some(({ hasError }) => hasError)) ||
    (slowerThanMillis !== null && parts.some((part) => (part.rootDurationMillis ?? -1) >= slowerThanMillis)) ||
    (costlierThanUsd !== null && parts.reduce((sum, { costUsd }) => sum + costUsd, 0) >= costlierThanUsd);

  const isOrdinaryKept = (parts: readonly TracePart[]): boolean =>
    parts.some(({ traceId, isSampled }) => isSampled && isKeptByRatio(traceId));

  const remember = (traceId: string, isKept: boolean): void => {
    decided.delete(traceId);
    decided.set(traceId, isKept);
    if (decided.size <= REMEMBERED_TRACES) return;
    for (const oldest of decided.keys()) {
      decided.delete(oldest);
      break;
    }
  };

  const pass = (
    parts: readonly TracePart[],
    keptBy: 'rule' | 'ratio' | null,
    reason: 'not_kept' | 'not_kept_overflow',
  ): void => {
    for (const part of parts) {
      if (keptBy !== null) onKept(part, keptBy);
      else onDropped(part.spanCount, reason);
    }
  };

  const decide = (traceId: string, isForced: boolean): void => {
    const trace = held.get(traceId);
    if (trace === undefined) return;
    held.delete(traceId);
    heldBytes -= trace.bytes;
    for (const { spanCount } of trace.parts) heldSpans -= spanCount;
    const keptBy = isRemarkable(trace.parts) ? 'rule' : isOrdinaryKept(trace.parts) ? 'ratio' : null;
    remember(traceId, keptBy !== null);
    pass(trace.parts, keptBy, isForced ? 'not_kept_overflow' : 'not_kept');
  };

  const hold = (part: TracePart, nowMillis: number): void => {
    const bytes = part.request.byteLength + PART_OVERHEAD_BYTES;
    const trace = held.get(part.traceId) ?? { parts: [], sinceMillis: nowMillis, bytes: 0 };
    trace.parts.push(part);
    trace.bytes += bytes;
    held.set(part.traceId, trace);
    heldBytes += bytes;
    heldSpans += part.spanCount;
  };

  const decideOldestWhile = (isDue: (trace: HeldTrace) => boolean): void => {
    for (const [traceId, trace] of held) {
      if (!isDue(trace)) return;
      decide(traceId, true);
    }
  };

  return {
    take(part, nowMillis) {
      const isKept = decided.get(part.traceId);
      if (isKept !== undefined && part.rootDurationMillis === undefined) {
        pass([part], isRemarkable([part]) ? 'rule' : isKept ? 'ratio' : null, 'not_kept');
        return;
      }
      hold(part, nowMillis);
      if (part.rootDurationMillis !== undefined) decide(part.traceId, false);
      decideOldestWhile(() => heldBytes > maxBytes);
    },
    decideOld(nowMillis) {
      decideOldestWhile(({ sinceMillis }) => nowMillis - sinceMillis >= maxAgeMillis);
    },
    decideAll() {
      for (const traceId of [...held.keys()]) decide(traceId, true);
    },
    get heldBytes() {
      return heldBytes;
    },
    get heldSpans() {
      return heldSpans;
    },
  };
};
