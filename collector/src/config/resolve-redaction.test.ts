import { resolveConfig, showConfig } from './index.js';

const SALT = 'a salt of sixteen characters';

const outcomeOf = (redaction: unknown, files: Readonly<Record<string, string>> = {}) =>
  resolveConfig({
    argv: ['--config', 'c'],
    env: {},
    readFile: (path) => {
      if (path === 'c') return JSON.stringify({ redaction });
      const content = files[path];
      if (content === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      return content;
    },
  });

const errorsOf = (redaction: unknown): readonly string[] => {
  const outcome = outcomeOf(redaction);
  return outcome.status === 'invalid' ? outcome.errors : [];
};

test.each<[string, unknown, string]>([
  ['no list', { project: 'a' }, 'redaction must be a list of at most 1000 rules'],
  ['no rule', [3], 'redaction[0] must hold names and values, got 3'],
  ['no project', [{ action: 'mask' }], 'redaction[0].project must be a project\'s name, a list of names, or "*" alone'],
  ['all others among names', [{ project: ['a', '*'] }], 'redaction[0].project must be'],
  [
    'a switch that is none',
    [{ project: 'a', enabled: 'yes' }],
    'redaction[0].enabled must be true or false, got another',
  ],
  ['an unknown option', [{ project: 'a', kinds: [] }], 'redaction[0].kinds: unknown key'],
  ['an unknown action', [{ project: 'a', action: 'burn' }], 'redaction[0].action: must be one of replace, hash, mask'],
  ['an unknown kind', [{ project: 'a', actions: { shoe: 'mask' } }], 'redaction[0].actions.shoe: unknown key'],
  ['a hash without salt', [{ project: 'a', action: 'hash' }], 'redaction[0].salt: must be a text of 16 characters'],
  [
    'a salt twice',
    [{ project: 'a', salt: SALT, saltFile: 's' }],
    'redaction[0].salt and redaction[0].saltFile exclude',
  ],
  ['no such file', [{ project: 'a', saltFile: 'gone' }], "redaction[0].saltFile gone can't be read: ENOENT"],
  [
    'a pattern with a look-ahead',
    [{ project: 'a', patterns: [{ name: 'own', pattern: '(?=a)b' }] }],
    'redaction[0].patterns[0].pattern: must be a pattern that RE2 accepts',
  ],
  ['a project twice', [{ project: ['a', 'b'] }, { project: 'b' }], 'redaction: two rules name the project b'],
])('%s is told by place and rule, and stops the start', (_, redaction, expected) => {
  expect(errorsOf(redaction)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
});

test('more rules than a thousand are refused, a thousand are not', () => {
  const rules = (count: number) => Array.from({ length: count }, (_, n) => ({ project: `p${String(n)}` }));
  expect(errorsOf(rules(1_000))).toEqual([]);
  expect(errorsOf(rules(1_001))).toHaveLength(1);
});

test('a salt comes from its file, and is shown by nobody', () => {
  const outcome = outcomeOf([{ project: 'a', action: 'hash', saltFile: 's' }], { s: `${SALT}\n` });
  if (outcome.status === 'invalid') throw new Error(outcome.errors.join());
  expect(outcome.config.redaction[0]?.options.salt).toBe(SALT);
  expect(showConfig(outcome.config)).not.toContain(SALT);
  expect(errorsOf([{ project: 'a', salt: 'too short' }]).join()).not.toContain('too short');
});
