import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CONFIG_FLAGS } from '../../src/config/index.js';
import { root } from './run-snippet.js';

const flagsIn = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| `(--[a-z-]+)` \|/gm)].map(([, flag]) => flag ?? '');

test('docs/configuration.md has a row for every setting, and no other', async () => {
  const documented = flagsIn(await readFile(join(root, 'docs', 'configuration.md'), 'utf8'));
  expect([...documented, '--config'].sort()).toEqual([...CONFIG_FLAGS.keys()].sort());
});

test('the README names settings that exist', async () => {
  const named = flagsIn(await readFile(join(root, 'README.md'), 'utf8'));
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((flag) => !CONFIG_FLAGS.has(flag))).toEqual([]);
});
