import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A start fills some 800 files, 4 MB. Beyond this (other flags, other places of the code) all begins anew. */
export const MAX_CACHED_FILES = 4_000;

type Environment = Readonly<Record<string, string | undefined>>;

const cacheHomeOf = (environment: Environment): string => {
  const { XDG_CACHE_HOME: given } = environment;
  if (given?.startsWith('/') === true) return given;
  const home = environment['HOME'] ?? homedir();
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
};

/** What lies there is run as code: it must be this user's, and nobody else may write to it. */
const isOwn = (directory: string): boolean => {
  const { mode, uid } = lstatSync(directory);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
};

/** Node has a directory for each of its versions, and says in its name which. */
const removeOld = (directory: string): void => {
  const ofThisNode = `${process.version}-${process.arch}-`;
  const held = readdirSync(directory);
  const kept = held.filter((name) => name.startsWith(ofThisNode));
  const files = kept.reduce((sum, name) => sum + readdirSync(join(directory, name)).length, 0);
  const removed = files > MAX_CACHED_FILES ? held : held.filter((name) => !kept.includes(name));
  for (const name of removed) rmSync(join(directory, name), { recursive: true, force: true });
};

/**
 * Where Node keeps what V8 compiled of the code, for the next start: with the user's other caches, 0700, and never in
 * the data directory, for one that comes from elsewhere must not bring code. null: not wanted, or there is no place.
 */
export const openCodeCache = (environment: Environment): string | null => {
  if (environment['NODE_COMPILE_CACHE'] !== undefined || environment['NODE_DISABLE_COMPILE_CACHE'] !== undefined)
    return null;
  const directory = join(cacheHomeOf(environment), 'noveum-collector');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!isOwn(directory)) return null;
    removeOld(directory);
    return directory;
  } catch {
    // A home that is read-only or missing: a start is slower then, and nothing else.
    return null;
  }
};
