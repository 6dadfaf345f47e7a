import type { Access } from '../access/index.js';
import { beginBackup, endBackup } from './backup-directory.js';
import type { AdminHandlers, OnProgress } from './handlers.js';

export interface AdminHandlerOptions {
  readonly access: Pick<Access, 'createKey' | 'listKeys' | 'revokeKey'>;
  /** Copies what is stored and the keys to their places (`dataPathsOf`) in an empty directory. */
  readonly backup: (directory: string, onProgress: OnProgress) => Promise<void>;
  readonly now: () => number;
}

/** The handlers of a running collector. One backup at a time. */
export const createAdminHandlers = ({ access, backup, now }: AdminHandlerOptions): AdminHandlers => {
  let isBackingUp = false;
  return {
    createKey: (wanted) => access.createKey(wanted),
    listKeys: () => access.listKeys(),
    revokeKey: (named) => access.revokeKey(named),
    backup: async (directory, onProgress) => {
      if (isBackingUp) throw new Error('a backup is under way already');
      isBackingUp = true;
      try {
        await beginBackup(directory);
        await backup(directory, onProgress);
        await endBackup(directory, now());
      } finally {
        isBackingUp = false;
      }
    },
  };
};
