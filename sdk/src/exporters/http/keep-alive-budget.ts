/** Bytes of bodies that a page may have under way when it is left; each in flight counts. */
export interface KeepAliveBudget {
  /** What gives the bytes back; undefined: they don't fit. */
  take(bytes: number): (() => void) | undefined;
}

/** Fetch (§4.6, "HTTP-network-or-cache fetch") allows 64 KiB a page; browsers count headers, too, and few requests. */
const MAX_BYTES = 60 * 1024;
const MAX_REQUESTS = 9;

export const createKeepAliveBudget = (maxBytes = MAX_BYTES, maxRequests = MAX_REQUESTS): KeepAliveBudget => {
  let used = 0;
  let requests = 0;
  return {
    take(bytes) {
      if (used + bytes > maxBytes || requests === maxRequests) return undefined;
      used += bytes;
      requests++;
      return () => {
        used -= bytes;
        requests--;
      };
    },
  };
};
