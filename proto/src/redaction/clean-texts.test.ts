import fc from 'fast-check';

import { createCleanTexts } from './clean-texts.js';
import { createRedactor } from './index.js';

describe('texts that were found clean', () => {
  test('are kept up to their number and length', () => {
    const clean = createCleanTexts(2);
    const long = 'x'.repeat(49);
    for (const text of ['a', long, 'x'.repeat(48), 'b']) clean.add(text);
    expect(['a', long, 'x'.repeat(48), 'b'].map((text) => clean.has(text))).toEqual([true, false, true, false]);
  });

  test('under one name are looked through under another', () => {
    const redactor = createRedactor();
    const number = '536904399';
    for (let time = 0; time < 3; time++) {
      expect(redactor.text(number, 'order')).toBe(number);
      expect(redactor.text(number, 'ssn')).not.toBe(number);
      expect(redactor.text(number)).toBe(number);
    }
  });

  test('are what a redactor says that has seen nothing, however often and in which order they come', () => {
    const names = fc.constantFrom('', 'ssn', 'phone', 'password', 'note');
    const texts = fc.oneof(
      fc.constantFrom('536904399', 'jo@example.com', 'gpt-4o', '4111111111111111', 'hunter2', '+14155550132', 'stop'),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, names), { maxLength: 40 }), (given) => {
        const redactor = createRedactor();
        for (const [text, name] of given) expect(redactor.text(text, name)).toBe(createRedactor().text(text, name));
      }),
      { numRuns: 30 },
    );
  });

  test('what is found is counted each time', () => {
    const redactor = createRedactor();
    for (let time = 0; time < 3; time++) redactor.text('jo@example.com', 'to');
    expect(redactor.counts()).toMatchObject({ email: 3 });
  });
});
