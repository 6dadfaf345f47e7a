import fc from 'fast-check';
import * as re2js from 're2js';

import { checkRedaction, createRedactor, re2jsCompiler } from './index.js';

const compile = re2jsCompiler(re2js);

test('a pattern of one’s own has its label, action and count, behind the kinds that are built in', () => {
  const redactor = createRedactor(
    {
      patterns: [
        { name: 'employee_id', pattern: 'emp-[0-9]{4}', flags: 'i' },
        { name: 'project', pattern: 'Project \\p{Lu}\\w+', action: 'mask' },
      ],
    },
    { compile },
  );
  expect(redactor.text('EMP-1234 works on Project Orion 🙂 with emp-5678, ann@example.com')).toBe(
    `[EMPLOYEE_ID] works on ${'*'.repeat(13)} 🙂 with [EMPLOYEE_ID], [EMAIL]`,
  );
  expect(redactor.counts()).toEqual({ email: 1, employee_id: 2, project: 1 });
});

test.each(['(a)\\1', '(?=a)b', '(?<!a)b', '(', 'a{1001,}'])('%s is refused by its place and the rule', (pattern) => {
  expect(
    checkRedaction(
      {
        patterns: [
          { name: 'ok', pattern: 'a' },
          { name: 'own', pattern },
        ],
      },
      { compile },
    ),
  ).toEqual({
    status: 'invalid',
    errors: [
      'redaction.patterns[1].pattern: must be a pattern that RE2 accepts: no back-references, no look-around, all brackets closed, got another text',
    ],
  });
});

test('a pattern that would take RegExp years is done at once', () => {
  const redactor = createRedactor({ patterns: [{ name: 'own', pattern: '(a+)+$' }] }, { compile });
  expect(redactor.text(`${'a'.repeat(10_000)}b`)).toHaveLength(10_001);
});

test('JSON stays JSON whatever is matched, and done twice is as done once', () => {
  const patterns = ['[A-Z]+', '.+', '"a".{0,9}', '\\d', '[\\[\\]]', 'x*', '(?s)^.{3}'];
  const json = fc.object({ maxDepth: 2, values: [fc.string(), fc.integer(), fc.constant('ann@example.com')] });
  fc.assert(
    fc.property(fc.constantFrom(...patterns), json, (pattern, value) => {
      const redactor = createRedactor({ patterns: [{ name: 'own', pattern }] }, { compile });
      const once = redactor.text(JSON.stringify(value));
      expect(() => JSON.parse(once) as unknown).not.toThrow();
      expect(redactor.text(once)).toBe(once);
    }),
    { numRuns: 300 },
  );
});
