import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import { RULES_VERSION, TEXT_RULES_VERSION } from '../index.js';

const FOLDER = new URL('.', import.meta.url);
const TOKENISER = ['characters.ts', 'index-terms.ts', 'token-scanner.ts'].map((name) => `../text/${name}`);

const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/\s+/g, ' ');

test('the version of the rules of texts changes with what reads them', () => {
  const readers = readdirSync(FOLDER)
    .filter((name) => !name.includes('.test.') && !['index.ts', 'rules-version.ts'].includes(name))
    .sort();
  const hash = createHash('sha256');
  for (const path of [...readers, ...TOKENISER])
    hash.update(withoutComments(readFileSync(new URL(path, FOLDER), 'utf8')));
  // Where this fails, what reads texts has changed: the second part is what is expected here.
  const fingerprint = hash.digest('hex').slice(0, 8);
  expect(TEXT_RULES_VERSION).toBe(`1.${fingerprint} of ${RULES_VERSION}`);
});
