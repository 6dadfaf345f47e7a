/** Bytes of bodies that are being read or worked on, in all. */
export interface InFlight {
  readonly limitBytes: number;
  /** False, and nothing is taken, where the limit would be passed. */
  reserve(bytes: number): boolean;
  free(bytes: number): void;
  bytes(): number;
}

export const createInFlight = (limitBytes: number): InFlight => {
  let held = 0;
  return {
    limitBytes,
    reserve(bytes) {
      if (held + bytes > limitBytes) return false;
      held += bytes;
      return true;
    },
    free(bytes) {
      held -= bytes;
    },
    bytes: () => held,
  };
};
