/** Retry-After as RFC 9110 §10.2.3 has it: seconds, or a date; undefined: neither. */
export const retryAfterMillis = (value: string | null, nowUnixMillis: number): number | undefined => {
  if (value === null) return undefined;
  const text = value.trim();
  const millis = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowUnixMillis;
  return Number.isFinite(millis) ? Math.max(0, millis) : undefined;
};
