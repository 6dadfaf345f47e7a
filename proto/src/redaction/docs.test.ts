import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { KINDS } from './index.js';

const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/redaction.md', root), 'utf8');

/** The block behind a mark. */
const blockOf = (mark: string): string => {
  const block = new RegExp(`<!-- ${mark} -->\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/redaction.md has no block marked "${mark}"`);
  return block;
};

test('the snippet of the page prints what the page shows', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', blockOf('test: redaction')], {
    cwd: fileURLToPath(new URL('proto/', root)),
    encoding: 'utf8',
  });
  expect(output.replace(/(?<=\[EMAIL:)[0-9a-f]{12}(?=\])/, 'HASH')).toBe(blockOf('output: redaction'));
});

test('the page tells of every kind, and of no other', () => {
  const told = [...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, kind]) => kind);
  expect(told).toEqual([...KINDS]);
});
