import fc from 'fast-check';

import { isCutKeyword, keywordOf } from './index.js';

const LUCENE_BYTES = 32_766;

describe('a text as a keyword', () => {
  test('is itself where it is short enough, else cut and still its own', () => {
    const long = 'x'.repeat(50_000);
    expect(keywordOf('größe')).toBe('größe');
    expect(isCutKeyword(keywordOf('größe'))).toBe(false);
    expect(isCutKeyword(keywordOf(long))).toBe(true);
    expect(keywordOf(long)).not.toBe(keywordOf(`${long}y`));
    expect(keywordOf(keywordOf(long))).toBe(keywordOf(long));
  });

  test('is never longer than a term may be', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 7_990, maxLength: 8_010, size: 'max' }), (text) => {
        expect(Buffer.byteLength(keywordOf(text))).toBeLessThanOrEqual(LUCENE_BYTES);
      }),
      { numRuns: 20 },
    ));
});
