/** The value at rank `q` of 0–1. */
export const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * q) - 1)] ?? 0;
};

export const rounded = (value, digits = 1) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Times `work` `times` times; milliseconds. */
export const timed = async (times, work) => {
  const millis = [];
  for (let run = 0; run < times; run++) {
    const started = performance.now();
    await work(run);
    millis.push(performance.now() - started);
  }
  return { p50: rounded(quantile(millis, 0.5), 2), p95: rounded(quantile(millis, 0.95), 2) };
};
