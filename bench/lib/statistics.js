/** The value below which `share` (0 to 1) of the sorted-by-us `values` lie, by nearest rank; 0 of none. */
export const percentile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};

/** `value` with at most `digits` digits after the point. */
export const round = (value, digits = 1) => Number(value.toFixed(digits));
