import { unwatchFile, watchFile } from 'node:fs';

import type { Environment } from '../environment.js';
import { type FoundFile, readOptionsFile } from './options-file.js';

export interface WatchedFile {
  /** Idempotent; nothing is told afterwards. */
  close(): void;
}

export interface WatchOptions {
  readonly path: string;
  readonly directory: string;
  readonly environment: Environment;
  readonly intervalMillis: number;
  /** The file as it is now; undefined: it is gone. */
  readonly onChange: (found: FoundFile | undefined) => void;
}

/**
 * Tells when the file has changed. By its state at an interval, which works on every file system, through symbolic
 * links and when the file is replaced. Doesn't keep the process alive.
 */
export const watchOptionsFile = ({
  path,
  directory,
  environment,
  intervalMillis,
  onChange,
}: WatchOptions): WatchedFile => {
  const tell = (): void => onChange(readOptionsFile(directory, environment));
  watchFile(path, { persistent: false, interval: intervalMillis }, tell);
  return { close: () => unwatchFile(path, tell) };
};
