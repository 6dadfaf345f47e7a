import { NoveumError } from './errors/index.js';
import type { Wires } from './exporters-of.js';
import type { ResolvedOptions } from './options/index.js';

/** Brings faults to the application's own reporter, whatever it throws. */
export const errorTeller =
  (reporter: () => ResolvedOptions['onError']): Wires['onError'] =>
  (error, where) => {
    const reported =
      error instanceof NoveumError ? error : new NoveumError('callback', String(error), { cause: error });
    try {
      reporter()?.(reported, where);
    } catch {
      // There is nobody left to tell.
    }
  };
