import type { KeptCopy, KeysCopy } from './access/index.js';
import type { Files } from './files/index.js';

const isCopy = (value: unknown): value is KeysCopy => {
  const { keys, readAtMillis } = (value ?? {}) as Partial<KeysCopy>;
  return typeof readAtMillis === 'number' && Array.isArray(keys);
};

/** A file with a copy of shared keys: their hashes, as the store has them. What can't be read or written is left out. */
export const createKeptCopy = (files: Files, path: string): KeptCopy => ({
  async read() {
    try {
      const content = await files.readAll(path);
      const copy: unknown = content === null ? null : JSON.parse(content.toString('utf8'));
      return isCopy(copy) ? copy : null;
    } catch {
      return null;
    }
  },
  async write(copy) {
    // A full disk must not keep keys from being read.
    await files.replace(path, Buffer.from(JSON.stringify(copy))).catch(() => undefined);
  },
});
