import type { MadeKey, NewKey } from '../access/index.js';
import type { ApiKey } from '../meta/index.js';

export type OnProgress = (done: number, total: number) => void;

/** What the command line asks of a data directory, whether a collector runs on it or not. */
export interface AdminHandlers {
  createKey(wanted: NewKey): Promise<MadeKey>;
  /** Oldest first. */
  listKeys(): Promise<readonly ApiKey[]>;
  /** By hash, hint or the key itself; null: none or more than one fits. */
  revokeKey(named: string): Promise<ApiKey | null>;
  /** Into a directory that is empty or missing; absolute. Rejects with the reason. */
  backup(directory: string, onProgress: OnProgress): Promise<void>;
}
