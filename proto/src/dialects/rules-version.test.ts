import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import { RULES_VERSION } from './index.js';

const FOLDER = new URL('.', import.meta.url);
/** Beside the tables what reads their values. */
const LOOKUPS = ['dialects.ts', 'fields.ts', 'finish-reasons.ts', 'operations.ts', 'providers.ts', 'usage.ts'];

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/\s+/g, ' ');

test('the version of the rules changes with the tables', () => {
  const tables = readdirSync(new URL('tables/', FOLDER))
    .sort()
    .map((name) => `tables/${name}`);
  const hash = createHash('sha256');
  for (const path of [...tables, ...LOOKUPS]) hash.update(withoutComments(readFileSync(new URL(path, FOLDER), 'utf8')));
  const fingerprint = hash.digest('hex').slice(0, 8);
  // Where this fails, the tables have changed: RULES_VERSION ends with what is expected here.
  expect(RULES_VERSION.split('.')[1]).toBe(fingerprint);
});
