import type { SpanView } from 'noveum-proto';

/** Of a trace's root: the least there is. */
export const ROOT_RANK = '0';

const SPAN_ID_BYTES = 8;

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

/** See `RankedText`. */
export const rankOf = (body: Buffer, view: SpanView): string =>
  view.parentIdOffset < 0
    ? ROOT_RANK
    : `1${hex8(view.startHigh)}${hex8(view.startLow)}${body.toString('hex', view.spanIdOffset, view.spanIdOffset + SPAN_ID_BYTES)}`;
