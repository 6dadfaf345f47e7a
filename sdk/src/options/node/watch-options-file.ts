import { stat } from 'node:fs/promises';

import type { Environment } from '../environment.js';
import { type FoundFile, readOptionsFile, versionOf } from './options-file.js';

export interface WatchedFile {
  /** Idempotent; nothing is told afterwards. */
  close(): void;
}

export interface WatchOptions {
  readonly found: FoundFile;
  readonly directory: string;
  readonly environment: Environment;
  readonly intervalMillis: number;
  /** The file as it is now; undefined: it is gone. Reports its own faults: one that it throws is lost. */
  readonly onChange: (found: FoundFile | undefined) => void;
}

/**
 * Tells when the file is another than the one that was found. By its state at an interval, which works on every file
 * system, through symbolic links and when the file is replaced. Doesn't keep the process alive.
 */
export const watchOptionsFile = ({
  found,
  directory,
  environment,
  intervalMillis,
  onChange,
}: WatchOptions): WatchedFile => {
  let { version } = found;
  let isClosed = false;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const now = versionOf(await stat(found.path).catch(() => undefined));
    isLooking = false;
    if (isClosed || now === version) return;
    version = now;
    onChange(readOptionsFile(directory, environment));
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // A rejection that nobody handles would end the host.
    look().catch(() => undefined);
  }, intervalMillis);
  timer.unref();
  return {
    close: () => {
      isClosed = true;
      clearInterval(timer);
    },
  };
};
