/** How a stream came to its end: `return` is the consumer's `break`. */
export type StreamEnding = 'end' | 'return' | 'throw' | 'abort' | 'abandoned' | 'idle' | 'evicted' | 'exit';

/** Is told what goes through a stream. What it throws is reported and never reaches the host. */
export interface StreamObserver {
  /** Each chunk once, in order. */
  chunk(value: unknown): void;
  /** Once, and nothing after it. `error` with `throw` and `abort`; `result` is what a generator returned. */
  end(ending: StreamEnding, detail?: { readonly error?: unknown; readonly result?: unknown }): void;
}

/** What runs within the stream's span: the body of a generator, the source of a stream. */
export type RunInside = <T>(run: () => T) => T;

export interface StreamOptions {
  readonly observer: StreamObserver;
  readonly runInside: RunInside;
  readonly onError: (error: unknown, where: string) => void;
}
