import { join } from 'node:path';

import type { Clock } from '../../clock.js';
import type { SpoolFiles } from './spool-files.js';

/** Who spools. */
export interface SpoolProcess {
  readonly host: string;
  readonly pid: number;
  /** Of this spool alone. */
  readonly token: string;
  /** Whether a process of this host runs. */
  isRunning(pid: number): boolean;
}

export interface OwnerOptions {
  readonly directory: string;
  readonly files: SpoolFiles;
  readonly clock: Clock;
  readonly process: SpoolProcess;
}

/**
 * Each spool writes into a folder of its own in the spool's directory. A folder changes hands by being renamed, which
 * one of several takers can do.
 */
export interface SpoolOwner {
  /** Makes the folder where there is none. */
  folder(): Promise<string>;
  /** It was not there any more: another has taken it over, or somebody has removed it. */
  lost(): void;
  /** Takes over folders whose owner is gone or has let go of them: the new paths. Tells the others that we live. */
  claim(): Promise<string[]>;
  /** Removes empty folders and lets go of the others. */
  release(): Promise<void>;
}

/** A folder that nobody has touched for so long, though its owner may run, has lost its owner: it may be of another host. */
const SILENCE_MILLIS = 120_000;
const OWNED = /^own_([A-Za-z0-9.-]*)_(\d+)_([A-Za-z0-9-]+)$/;
const FREE = 'free_';

const plainHost = (host: string): string => host.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(0, 60);

export const createSpoolOwner = ({ directory, files, clock, process }: OwnerOptions): SpoolOwner => {
  const host = plainHost(process.host);
  const nameOf = (number: number): string => `own_${host}_${String(process.pid)}_${process.token}-${String(number)}`;
  /** When another's folder was first seen with this time of change. */
  const seen = new Map<string, { readonly modifiedMillis: number; readonly sinceMillis: number }>();
  const owned = new Set<string>();
  let own: string | null = null;
  let made = 0;

  const newPath = (): string => join(directory, nameOf(++made));

  const isSilent = async (name: string): Promise<boolean> => {
    const modifiedMillis = await files.modifiedMillis(join(directory, name)).catch(() => null);
    if (modifiedMillis === null) return false;
    const before = seen.get(name);
    const now = clock.monotonicMillis();
    if (before?.modifiedMillis === modifiedMillis) return now - before.sinceMillis >= SILENCE_MILLIS;
    seen.set(name, { modifiedMillis, sinceMillis: now });
    return false;
  };

  const isOwnerless = async (name: string): Promise<boolean> => {
    if (name.startsWith(FREE)) return true;
    const match = OWNED.exec(name);
    if (match === null || owned.has(join(directory, name))) return false;
    const pid = Number(match[2]);
    // A process with our own number is another one where its folder isn't ours: which, only its silence can tell.
    if (match[1] === host && pid !== process.pid && !process.isRunning(pid)) return true;
    return isSilent(name);
  };

  const touchOwned = (): Promise<unknown> =>
    Promise.all([...owned].map((path) => files.touch(path, clock.unixMillis()).catch(() => owned.delete(path))));

  return {
    async folder() {
      if (own !== null && owned.has(own)) return own;
      const path = newPath();
      await files.makeDirectory(path);
      owned.add(path);
      own = path;
      return path;
    },
    lost() {
      if (own !== null) owned.delete(own);
      own = null;
    },
    async claim() {
      await touchOwned();
      const claimed: string[] = [];
      for (const name of await files.list(directory).catch(() => [])) {
        if (!(await isOwnerless(name))) continue;
        const path = newPath();
        const taken = await files.rename(join(directory, name), path).then(
          () => true,
          () => false,
        );
        seen.delete(name);
        if (!taken) continue;
        owned.add(path);
        claimed.push(path);
      }
      return claimed;
    },
    async release() {
      const paths = [...owned];
      owned.clear();
      own = null;
      for (const path of paths) {
        const free = join(directory, `${FREE}${process.token}-${path.slice(path.lastIndexOf('-') + 1)}`);
        await files.removeDirectory(path).catch(() => files.rename(path, free).catch(() => undefined));
      }
    },
  };
};
