import fc from 'fast-check';

import { createTextReader } from './text-reader.js';

const encoder = new TextEncoder();

test('a text is what its bytes say, the first time and every time after', () => {
  const texts = fc.array(
    fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('ab', 'ba', 'b', 'bench-0', 'bench-1', '\ufeffmark'),
    ),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(texts, (wanted) => {
      const reader = createTextReader();
      for (const text of [...wanted, ...wanted, ...wanted]) {
        const bytes = encoder.encode(text);
        expect(reader.read(bytes, 0, bytes.length)).toBe(text);
      }
    }),
  );
});

test('texts that differ where the hash does not look are told apart', () => {
  const reader = createTextReader();
  const texts = Array.from({ length: 26 }, (_, at) => `aaaaaaaaaaa${String.fromCharCode(97 + at)}aaaaaaaaaaaaaaaaaaa`);
  for (const text of [...texts, ...texts, ...texts]) {
    const bytes = encoder.encode(text);
    expect(reader.read(bytes, 0, bytes.length)).toBe(text);
  }
});
