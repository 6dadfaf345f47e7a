import type { MadeKey, NewKey } from '../access/index.js';
import type { ApiKey } from '../meta/index.js';
import type { RederiveReport, RederiveRequest } from '../store/index.js';

export type OnProgress = (done: number, total: number) => void;

/** What the command line asks of a data directory, whether a collector runs on it or not. */
export interface DirectoryHandlers {
  createKey(wanted: NewKey): Promise<MadeKey>;
  /** Oldest first. */
  listKeys(): Promise<readonly ApiKey[]>;
  /** By hash, hint or the key itself; null: none or more than one fits. */
  revokeKey(named: string): Promise<ApiKey | null>;
  /** Into a directory that is empty or missing; absolute. Rejects with the reason. */
  backup(directory: string, onProgress: OnProgress): Promise<void>;
}

/** And of a running collector. */
export interface AdminHandlers extends DirectoryHandlers {
  /** Until the signal, then it rejects: what was derived till then stays so. One at a time. */
  rederive(request: RederiveRequest, onProgress: OnProgress, signal: AbortSignal): Promise<RederiveReport>;
  /** Puts dead letters back into the journal; `project` null: those of every project. */
  retryDeadLetters(project: string | null): Promise<RetriedLetters>;
}

export interface RetriedLetters {
  readonly retried: number;
  /** Not put back, since the journal took no more. */
  readonly left: number;
}
