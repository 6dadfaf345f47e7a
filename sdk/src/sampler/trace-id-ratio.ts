const WHOLE = 0x1_0000_0000;

/** The value of a hexadecimal digit, in lower or upper case. */
const digit = (code: number): number => (code < 58 ? code - 48 : code < 71 ? code - 55 : code - 87);

/** The four 32-bit words of a trace id, each exclusively or'ed into the next: OpenTelemetry JS's hash of it. */
const hashOf = (traceId: string): number => {
  let hash = 0;
  for (let word = 0; word < 32; word += 8) {
    let part = 0;
    for (let at = word; at < word + 8; at++) part = (part << 4) | digit(traceId.charCodeAt(at));
    hash ^= part;
  }
  return hash >>> 0;
};

/**
 * Whether a trace belongs to this share of all traces. By its id alone and as OpenTelemetry's
 * `TraceIdRatioBasedSampler` does it, so that services agree whichever of the two they use; what a smaller share takes,
 * a larger one takes too.
 */
export const createRatioTest = (ratio: number): ((traceId: string) => boolean) => {
  if (ratio >= 1) return () => true;
  if (!(ratio > 0)) return () => false;
  const bound = Math.floor(ratio * (WHOLE - 1));
  return (traceId) => hashOf(traceId) < bound;
};
