import type { Access } from '../access/index.js';
import { beginBackup, endBackup } from './backup-directory.js';
import type { AdminHandlers, OnProgress } from './handlers.js';

export interface AdminHandlerOptions {
  readonly access: Pick<Access, 'createKey' | 'listKeys' | 'revokeKey'>;
  /** Copies what is stored and the keys to their places (`dataPathsOf`) in an empty directory. */
  readonly backup: (directory: string, onProgress: OnProgress) => Promise<void>;
  readonly rederive: AdminHandlers['rederive'];
  readonly retryDeadLetters: AdminHandlers['retryDeadLetters'];
  readonly now: () => number;
}

/** Runs one task at a time; another meanwhile is refused. */
const oneAtATime = (task: string) => {
  let isUnderWay = false;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (isUnderWay) throw new Error(`a ${task} is under way already`);
    isUnderWay = true;
    try {
      return await work();
    } finally {
      isUnderWay = false;
    }
  };
};

/** The handlers of a running collector. One backup at a time, and beside it one rederive. */
export const createAdminHandlers = ({
  access,
  backup,
  now,
  rederive,
  retryDeadLetters,
}: AdminHandlerOptions): AdminHandlers => {
  const backups = oneAtATime('backup');
  const rederives = oneAtATime('rederive');
  const retries = oneAtATime('retry of dead letters');
  return {
    createKey: (wanted) => access.createKey(wanted),
    listKeys: () => access.listKeys(),
    revokeKey: (named) => access.revokeKey(named),
    backup: (directory, onProgress) =>
      backups(async () => {
        await beginBackup(directory);
        await backup(directory, onProgress);
        await endBackup(directory, now());
      }),
    rederive: (...parameters) => rederives(() => rederive(...parameters)),
    retryDeadLetters: (project) => retries(() => retryDeadLetters(project)),
  };
};
