import { readFile, rename, writeFile } from 'node:fs/promises';

/** How far a directory was copied: of each day the rank of the last trace that is in the target. */
export interface MigrateProgress {
  rank(day: number): number;
  /** Kept once the promise resolves, over a kill too. */
  reach(day: number, rank: number): Promise<void>;
}

interface Content {
  readonly version: 1;
  /** Of the target, which another name makes another. */
  readonly target: string;
  readonly ranks: Readonly<Record<string, number>>;
}

const isContent = (value: unknown): value is Content => {
  const { ranks, target, version } = (value ?? {}) as Partial<Record<keyof Content, unknown>>;
  return version === 1 && typeof target === 'string' && typeof ranks === 'object' && ranks !== null;
};

const readContent = async (path: string): Promise<Content | null> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isContent(value) ? value : null;
  } catch {
    return null;
  }
};

/**
 * Reads the file, or begins anew where there is none, none that can be read, or one of another target. What is lost of
 * it is only time: a trace that is copied again changes nothing.
 */
export const openProgress = async (path: string, target: string): Promise<MigrateProgress> => {
  const held = await readContent(path);
  const ranks = new Map(Object.entries(held?.target === target ? held.ranks : {}));
  return {
    rank: (day) => ranks.get(String(day)) ?? 0,
    async reach(day, rank) {
      ranks.set(String(day), rank);
      const content: Content = { version: 1, target, ranks: Object.fromEntries(ranks) };
      await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
  };
};
