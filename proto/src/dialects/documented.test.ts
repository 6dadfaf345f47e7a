import { readFileSync } from 'node:fs';

import { DIALECTS } from './dialects.js';

test('the page on dialects lists them all, in the order in which they are believed', () => {
  const page = readFileSync(new URL('../../../docs/dialects.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `([\w-]+)` +\|/gm)].map(([, name]) => name);
  expect(listed.slice(0, -1)).toEqual([...new Set(DIALECTS.slice(1).map(({ name }) => name))].slice(0, -1));
  expect(listed.at(-1)).toBe('generic');
});
