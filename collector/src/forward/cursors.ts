import type { Files } from '../files/index.js';
import type { JournalPosition } from '../journal/index.js';

/** How far each endpoint has got, by name, in files of a directory. */
export interface Cursors {
  /** Those of these endpoints that are known. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, JournalPosition>>;
  /** Durable once it resolves; rejects with an error of the disk. */
  save(name: string, position: JournalPosition): Promise<void>;
  /** Forgets all others, so that nothing is kept for them. */
  forgetBut(names: readonly string[]): Promise<void>;
}

const SUFFIX = '.cursor';

const isPosition = (value: unknown): value is JournalPosition =>
  typeof value === 'object' &&
  value !== null &&
  'file' in value &&
  'offset' in value &&
  Number.isSafeInteger(value.file) &&
  Number.isSafeInteger(value.offset);

const parsePosition = (content: Buffer): JournalPosition | null => {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return isPosition(value) ? { file: value.file, offset: value.offset } : null;
  } catch {
    return null;
  }
};

export const createCursors = (files: Files, directory: string): Cursors => {
  const pathOf = (name: string): string => `${directory}/${name}${SUFFIX}`;
  return {
    async read(names) {
      const known = new Map<string, JournalPosition>();
      for (const name of names) {
        const content = await files.readAll(pathOf(name));
        const position = content === null ? null : parsePosition(content);
        if (position !== null) known.set(name, position);
      }
      return known;
    },
    save: (name, { file, offset }) => files.replace(pathOf(name), Buffer.from(JSON.stringify({ file, offset }))),
    async forgetBut(names) {
      const kept = names.map((name) => `${name}${SUFFIX}`);
      const others = (await files.list(directory)).filter((file) => file.endsWith(SUFFIX) && !kept.includes(file));
      for (const file of others) await files.remove(`${directory}/${file}`);
      if (others.length > 0) await files.syncDirectory(directory);
    },
  };
};
