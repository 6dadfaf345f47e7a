import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { modules, pinnedNode, root } from './paths.js';

const lock = join(root, 'package-lock.json');
const stamp = join(modules, '.noveum-lock-sha256');
const npmsOwnRecord = join(modules, '.package-lock.json');

const lockHash = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

const isInstalled = (hash) => {
  if (!existsSync(npmsOwnRecord) || !existsSync(pinnedNode)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return true;
  // Somebody ran `npm ci` or `npm install` by hand after the lock was last written.
  return statSync(npmsOwnRecord).mtimeMs >= statSync(lock).mtimeMs;
};

/** Installs what the lock says where that hasn't been done. Returns an exit code, 0 for done. */
export const ensureInstalled = () => {
  const hash = lockHash();
  if (!isInstalled(hash)) {
    console.error('Installing dependencies (npm ci) …');
    // Started by npm, its own path is known; by hand, the one on the PATH has to do.
    const npm = process.env.npm_execpath;
    const [command, ...args] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
    // Everything goes to standard error: standard output belongs to the task.
    const { status, error } = spawnSync(command, [...args, 'ci', '--include=dev', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (error !== undefined) console.error(`npm could not be started: ${error.message}`);
    if (status !== 0) return status ?? 1;
    if (!existsSync(pinnedNode)) {
      console.error('The install has run, but the "node" package has no binary: are install scripts switched off?');
      return 1;
    }
  }
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) writeFileSync(stamp, hash);
  return 0;
};
