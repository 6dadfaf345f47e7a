import type { Tracer } from '@opentelemetry/api';

/** What is recorded of arguments, results, prompts and responses. Replaced as a whole when it changes. */
export interface Capture {
  /** Prompts, responses, arguments and results. Off unless asked for. */
  readonly content: boolean;
  /** UTF-16 code units of one captured value; what is longer is cut and says so. */
  readonly maxContentLength: number;
}

/**
 * What a started SDK gives to everything that makes spans. There is at most one in a process, shared by copies of
 * this package (ES modules beside CommonJS): hence on `globalThis`.
 */
export interface Runtime {
  readonly tracer: Tracer;
  readonly capture: Capture;
  /** Counts and reports a fault of ours or of a callback of the application; never throws. */
  readonly onError: (error: unknown, where: string) => void;
}

const PLACE = Symbol.for('noveum.trace.runtime.v1');

interface Holder {
  [PLACE]?: Runtime | undefined;
}

const holder = globalThis as Holder;

/** Undefined before `init` and after `shutdown`: then nothing is traced and functions are called as they are. */
export const currentRuntime = (): Runtime | undefined => holder[PLACE];

export const setRuntime = (runtime: Runtime | undefined): void => {
  holder[PLACE] = runtime;
};
