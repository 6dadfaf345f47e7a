export type SimulatedOperation = 'open' | 'write' | 'truncate' | 'datasync' | 'remove' | 'rename' | 'sync-directory';

/** One thing going wrong for a while. */
export interface SimulatedFault {
  /** The errno that the failing call carries, e.g. `ENOSPC`. */
  readonly code: string;
  /** Which calls fail; default: all that change something. */
  readonly operations?: readonly SimulatedOperation[];
  /** Matching calls that still succeed before the first that fails; default 0. */
  readonly after?: number;
  /** Calls that fail; default 1, Infinity: until `clear`. */
  readonly times?: number;
}

export interface Faults {
  add(fault: SimulatedFault): void;
  clear(): void;
  /** The error that this call has to fail with, or null. */
  next(operation: SimulatedOperation): Error | null;
}

export const errorWithCode = (code: string, what: string): Error =>
  Object.assign(new Error(`${code}: simulated, ${what}`), { code });

export const createFaults = (): Faults => {
  let pending: { fault: SimulatedFault; wait: number; left: number }[] = [];
  return {
    add(fault) {
      pending.push({ fault, wait: fault.after ?? 0, left: fault.times ?? 1 });
    },
    clear() {
      pending = [];
    },
    next(operation) {
      const due = pending.find(({ fault }) => fault.operations?.includes(operation) ?? true);
      if (due === undefined) return null;
      if (due.wait > 0) {
        due.wait--;
        return null;
      }
      due.left--;
      if (due.left <= 0) pending = pending.filter((entry) => entry !== due);
      return errorWithCode(due.fault.code, operation);
    },
  };
};
