import { type CallRow, type NamedFacts, type Prices, priceUsdOf } from '../dialects/index.js';
import type { SpanKind, SpanStatus, SpanType } from '../document/index.js';
import type { Handoff } from './outline-span.js';

/** What is read of a span whatever way it came. Times are Unix nanoseconds as two unsigned halves. */
export interface SpanBasics {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly type: SpanType;
  readonly scopeName: string;
  readonly startHigh: number;
  readonly startLow: number;
  readonly isEnded: boolean;
  readonly endHigh: number;
  readonly endLow: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  /** As precise as it came; null: in nanoseconds. */
  readonly startTime: string | null;
  readonly service: string | null;
  readonly handoff: Handoff | null;
}

const HIGH = 2 ** 32;
const NANOS_PER_MILLI = 1e6;

const nanos = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/** A span on its own, before all of them are known. A class, as one is made for every span: times become bigints only where they are asked for. */
export class ToldSpan implements CallRow {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly type: SpanType;
  readonly scopeName: string;
  readonly model: string | null;
  readonly responseId: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  readonly costUsd: number | null;
  readonly priceUsd: number | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly startTime: string | null;
  readonly service: string | null;
  readonly provider: string | null;
  readonly entity: string | null;
  readonly handoff: Handoff | null;
  readonly startHigh: number;
  readonly startLow: number;
  readonly isEnded: boolean;
  readonly endHigh: number;
  readonly endLow: number;

  constructor(basics: SpanBasics, named: NamedFacts | null, prices: Prices | null) {
    const facts = named?.facts ?? null;
    this.spanId = basics.spanId;
    this.parentId = basics.parentId;
    this.type = basics.type;
    this.scopeName = basics.scopeName;
    this.model = facts?.model ?? null;
    this.responseId = facts?.responseId ?? null;
    this.inputTokens = facts?.inputTokens ?? null;
    this.outputTokens = facts?.outputTokens ?? null;
    this.totalTokens = facts?.totalTokens ?? null;
    this.costUsd = facts?.costUsd ?? null;
    this.priceUsd =
      prices === null || facts === null
        ? null
        : priceUsdOf(prices, facts, (basics.startHigh * HIGH + basics.startLow) / NANOS_PER_MILLI);
    this.name = basics.name;
    this.kind = basics.kind;
    this.status = basics.status;
    this.startTime = basics.startTime;
    this.service = basics.service;
    this.provider = facts?.provider ?? null;
    this.entity = named?.entity ?? null;
    this.handoff = basics.handoff;
    this.startHigh = basics.startHigh;
    this.startLow = basics.startLow;
    this.isEnded = basics.isEnded;
    this.endHigh = basics.endHigh;
    this.endLow = basics.endLow;
  }

  get startUnixNano(): bigint {
    return nanos(this.startHigh, this.startLow);
  }

  get endUnixNano(): bigint {
    return this.isEnded ? nanos(this.endHigh, this.endLow) : this.startUnixNano;
  }
}

/** Negative where `a` starts first; of those that start at once, that of the lesser id. */
export const byStart = (a: ToldSpan, b: ToldSpan): number =>
  a.startHigh - b.startHigh || a.startLow - b.startLow || (a.spanId < b.spanId ? -1 : 1);

/** Negative where `a` loses against `b`, a version of the same span: unfinished, or ended earlier. */
export const byEnd = (a: ToldSpan, b: ToldSpan): number =>
  Number(a.isEnded) - Number(b.isEnded) || (a.isEnded ? a.endHigh - b.endHigh || a.endLow - b.endLow : 0);
