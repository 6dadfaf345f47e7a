import { NoveumError } from './errors.js';

/** Takes what goes wrong in the SDK itself; never throws. */
export type ReportFault = (error: unknown, where: string) => void;

/** Brings faults to the application's own reporter, whatever it throws. */
export const errorTeller =
  (reporter: () => ((error: NoveumError, where: string) => void) | null): ReportFault =>
  (error, where) => {
    const reported =
      error instanceof NoveumError ? error : new NoveumError('callback', String(error), { cause: error });
    try {
      reporter()?.(reported, where);
    } catch {
      // There is nobody left to tell.
    }
  };
