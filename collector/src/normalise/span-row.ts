import { type CallRow, type Prices, priceUsdOf, type SpanFacts, type SpanType, type SpanView } from 'noveum-proto';

const SPAN_ID_BYTES = 8;

const nanos = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

/** A text of eight characters: ids are only compared with each other. */
const idAt = (body: Buffer, offset: number): string => body.toString('latin1', offset, offset + SPAN_ID_BYTES);

const HIGH = 2 ** 32;
const NANOS_PER_MILLI = 1e6;
const startMillisOf = ({ startHigh, startLow }: SpanView): number => (startHigh * HIGH + startLow) / NANOS_PER_MILLI;

/** A class, as one is made for every span: its times become bigints only where calls have to be told apart. */
class SpanRow implements CallRow {
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
  private readonly startHigh: number;
  private readonly startLow: number;
  private readonly endHigh: number;
  private readonly endLow: number;

  constructor(body: Buffer, view: SpanView, scopeName: string, facts: SpanFacts | null, prices: Prices | null) {
    this.spanId = idAt(body, view.spanIdOffset);
    this.parentId = view.parentIdOffset < 0 ? null : idAt(body, view.parentIdOffset);
    this.type = facts?.type ?? 'span';
    this.scopeName = scopeName;
    this.model = facts?.model ?? null;
    this.responseId = facts?.responseId ?? null;
    this.inputTokens = facts?.inputTokens ?? null;
    this.outputTokens = facts?.outputTokens ?? null;
    this.totalTokens = facts?.totalTokens ?? null;
    this.costUsd = facts?.costUsd ?? null;
    this.priceUsd = facts === null || prices === null ? null : priceUsdOf(prices, facts, startMillisOf(view));
    this.startHigh = view.startHigh;
    this.startLow = view.startLow;
    this.endHigh = view.endHigh;
    this.endLow = view.endLow;
  }

  get startUnixNano(): bigint {
    return nanos(this.startHigh, this.startLow);
  }

  get endUnixNano(): bigint {
    return this.endHigh === 0 && this.endLow === 0 ? this.startUnixNano : nanos(this.endHigh, this.endLow);
  }
}

export const spanRow = (
  body: Buffer,
  view: SpanView,
  scopeName: string,
  facts: SpanFacts | null,
  prices: Prices | null,
): CallRow => new SpanRow(body, view, scopeName, facts, prices);
