import fc from 'fast-check';

import type { Json } from '../document/index.js';
import { lenientJson } from './lenient-json.js';

test.each<[string, string, Json]>([
  ['JSON', '{"a": [1, null]}', { a: [1, null] }],
  ['JSON encoded twice', JSON.stringify('{"a": 1}'), { a: 1 }],
  ['JSON encoded three times', JSON.stringify(JSON.stringify('{"a": 1}')), { a: 1 }],
  ['Python’s repr', "{'a': None, 'b': True, 'c': (1, 2), \"d\": 'it\\'s'}", { a: null, b: true, c: [1, 2], d: "it's" }],
  ['a trailing comma', '{"a": [1, 2,],}', { a: [1, 2] }],
  ['what was cut off in a text', '[{"role": "user", "content": "Hello wor', [{ role: 'user', content: 'Hello wor' }]],
  ['what was cut off in a name', '{"a": 1, "b', { a: 1 }],
  ['what was cut off after a name', '{"a": 1, "b":', { a: 1 }],
  ['what was cut off in a word', '[1, tru', [1, null]],
  ['plain text', 'Hello {name}', 'Hello {name}'],
  ['a text that only begins like a structure', '[INFO] started', '[INFO] started'],
  ['a text in quotes', '"hello"', 'hello'],
  ['an object of Python', "HumanMessage(content='hi')", "HumanMessage(content='hi')"],
  ['a number', '42', '42'],
  ['nothing', '', ''],
  ['only the beginning', '[', []],
  ['too deep a nesting', '['.repeat(65), '['.repeat(65)],
  ['too deep a nesting of JSON', `${'['.repeat(65)}${']'.repeat(65)}`, `${'['.repeat(65)}${']'.repeat(65)}`],
  ['many brackets in a text', `["${'['.repeat(100)}"]`, ['['.repeat(100)]],
])('%s is read', (_what, sent, read) => {
  expect(lenientJson(sent)).toEqual(read);
});

test('structures come back as they are', () => {
  const structure = { a: '{"b": 1}' };
  expect(lenientJson(structure)).toBe(structure);
});

const structures = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())) as fc.Arbitrary<Json>;

test('any JSON comes back, and any beginning of it is read without a fault', () => {
  fc.assert(
    fc.property(structures, fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
      const sent = JSON.stringify(value);
      expect(lenientJson(sent)).toEqual(JSON.parse(sent));
      expect(lenientJson(sent.slice(0, Math.floor(sent.length * share)))).toBeDefined();
    }),
  );
});

test('any text is read without a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]()"\',:\\ nNT1.eEu-')) }), (sent) => {
      expect(lenientJson(sent)).toBeDefined();
    }),
  );
});
