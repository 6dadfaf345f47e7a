import { type CallRow, type NamedFacts, type Prices, priceUsdOf } from '../dialects/index.js';
import type { SpanKind, SpanStatus, SpanType } from '../document/index.js';
import type { Handoff } from './outline-span.js';

/** A span on its own, before all of them are known. */
export interface ToldSpan extends CallRow {
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  /** As precise as it came; null: in nanoseconds. */
  readonly startTime: string | null;
  /** Null: it has not ended. */
  readonly endedUnixNano: bigint | null;
  readonly service: string | null;
  readonly entity: string | null;
  readonly provider: string | null;
  readonly handoff: Handoff | null;
}

/** What is read of a span whatever way it came. */
export interface SpanBasics {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly type: SpanType;
  readonly scopeName: string;
  readonly startUnixNano: bigint;
  readonly endedUnixNano: bigint | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly startTime: string | null;
  readonly service: string | null;
  readonly handoff: Handoff | null;
}

const NANOS_PER_MILLI = 1e6;

/** With what the book says where no cost was sent. */
export const toldSpan = (basics: SpanBasics, named: NamedFacts | null, prices: Prices | null): ToldSpan => {
  const facts = named?.facts ?? null;
  const priceUsd =
    prices === null || facts === null
      ? null
      : priceUsdOf(prices, facts, Number(basics.startUnixNano) / NANOS_PER_MILLI);
  return {
    spanId: basics.spanId,
    parentId: basics.parentId,
    type: basics.type,
    scopeName: basics.scopeName,
    startUnixNano: basics.startUnixNano,
    endUnixNano: basics.endedUnixNano ?? basics.startUnixNano,
    model: facts?.model ?? null,
    responseId: facts?.responseId ?? null,
    inputTokens: facts?.inputTokens ?? null,
    outputTokens: facts?.outputTokens ?? null,
    totalTokens: facts?.totalTokens ?? null,
    costUsd: facts?.costUsd ?? null,
    priceUsd,
    name: basics.name,
    kind: basics.kind,
    status: basics.status,
    startTime: basics.startTime,
    endedUnixNano: basics.endedUnixNano,
    service: basics.service,
    entity: named?.entity ?? null,
    provider: facts?.provider ?? null,
    handoff: basics.handoff,
  };
};
