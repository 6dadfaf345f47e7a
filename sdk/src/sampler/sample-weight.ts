/**
 * Of a trace's root: how many traces it stands for, where it was chosen by a ratio. Not said by OpenTelemetry's `ot=th:…`
 * in the trace state, whose threshold is one of other bits of the trace id than ratios are tested by here and in
 * OpenTelemetry JS.
 */
export const SAMPLE_WEIGHT = 'noveum.sample_weight';

const PLACES = 12;
const FEW_PLACES = 3;

/** Of a ratio of 0 nothing is left to stand for anything. */
export const weightOfRatio = (ratio: number): number =>
  ratio > 0 && ratio < 1 ? Number((1 / ratio).toPrecision(PLACES)) : 1;

/** To within half a percent: a ratio that follows the load is no better known. */
export const roundedWeight = (weight: number): number => Number(weight.toPrecision(FEW_PLACES));
