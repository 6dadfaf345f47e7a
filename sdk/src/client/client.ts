import type { ConfigurationProblem } from '../errors/index.js';
import type { LedgerSnapshot } from '../ledger/index.js';
import type { NoveumOptions, ResolvedOptions } from '../options/index.js';

export interface Health {
  /** `degraded`: spans were dropped or refused, or an exporter's circuit is open. */
  readonly status: 'off' | 'healthy' | 'degraded';
  /** Why, by exporter or stage; never a payload. */
  readonly reasons: readonly string[];
}

/** A started SDK. Nothing here throws or rejects. */
export interface NoveumClient {
  /** As they came out of code, file, environment and defaults; frozen. */
  readonly options: ResolvedOptions;
  /** Sends what has ended so far. False where it wasn't all delivered within the time (default 5,000 ms). */
  flush(timeoutMillis?: number): Promise<boolean>;
  /** Sends what has ended, then stops: spans cost nothing from here on. Idempotent. */
  shutdown(timeoutMillis?: number): Promise<void>;
  /**
   * Changes what may change while running: sampling, redaction, capture, log level. All of it or nothing: what is
   * wrong, or needs another start, is told.
   */
  configure(patch: NoveumOptions): readonly ConfigurationProblem[];
  /** Where each span is, in numbers. */
  getStats(): LedgerSnapshot;
  health(): Health;
}
