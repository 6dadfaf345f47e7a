import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MAX_CACHED_FILES, openCodeCache } from './code-cache.js';

let home: string;
let directory: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'noveum-cache-'));
  directory = join(home, 'noveum-collector');
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const open = (more: Record<string, string> = {}) => openCodeCache({ XDG_CACHE_HOME: home, ...more });
const ofThisNode = `${process.version}-${process.arch}-0`;

/** What another run left. */
const leave = (name: string, files: number): string => {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  for (let file = 0; file < files; file += 1) writeFileSync(join(path, String(file)), '');
  return path;
};

test('the cache lies with the caches of the user, who alone may enter it', () => {
  expect(open()).toBe(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test('what this Node compiled stays, what another one did goes', () => {
  const [ours, theirs] = [leave(ofThisNode, 2), leave('v22.0.0-x64-0', 2)];
  expect(open()).toBe(directory);
  expect([existsSync(ours), existsSync(theirs)]).toEqual([true, false]);
});

test('at the bound the files stay, with one more all of them go', () => {
  const ours = leave(ofThisNode, MAX_CACHED_FILES);
  open();
  expect(existsSync(ours)).toBe(true);
  writeFileSync(join(ours, 'one-more'), '');
  expect(open()).toBe(directory);
  expect(existsSync(ours)).toBe(false);
});

test('there is none where others may write, or where it is a link to somewhere', () => {
  mkdirSync(directory);
  chmodSync(directory, 0o722);
  expect(open()).toBeNull();
  rmSync(directory, { recursive: true });
  symlinkSync(home, directory);
  expect(open()).toBeNull();
});

test('there is none where the place can not be made', () => {
  writeFileSync(directory, '');
  expect(open()).toBeNull();
});

test.each(['NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'])('with %s set, Node does as that says', (name) => {
  expect(open({ [name]: '1' })).toBeNull();
  expect(existsSync(directory)).toBe(false);
});
