import { isAction } from './attribute-rules.js';
import { ACTIONS, KINDS } from './kinds.js';
import { checkList, checkOptional, checkValue, isRecord, broken, type Rule } from './option-rules.js';
import type { CompilePattern, FindMatches } from './own-patterns.js';

const MOST_PATTERNS = 100;
const MOST_CHARACTERS = 1_000;
const NAME = /^[a-z][a-z0-9_]{0,47}$/;
const KEYS = ['name', 'pattern', 'flags', 'action'];
/** What is counted beside kinds. */
const RESERVED = [...KINDS, 'attribute', 'attribute_dropped', 'attribute_redacted'];

const action: Rule = (value) => (isAction(value) ? null : `one of ${ACTIONS.join(', ')}`);
const flags: Rule = (value) => (typeof value === 'string' && /^[ims]{0,3}$/.test(value) ? null : 'flags of i, m, s');
const source: Rule = (value) =>
  typeof value === 'string' && value !== '' && value.length <= MOST_CHARACTERS
    ? null
    : `a text of 1 to ${MOST_CHARACTERS} characters`;
const name: Rule = (value) =>
  typeof value === 'string' && NAME.test(value) && !RESERVED.includes(value)
    ? null
    : 'a name of small letters, digits and _ that no built-in kind has';

export interface CheckedPatterns {
  readonly errors: readonly string[];
  readonly finds: readonly FindMatches[];
}

/** Checks and compiles patterns of one's own; without `compile` none is taken. */
export const checkPatterns = (at: string, value: unknown, compile: CompilePattern | undefined): CheckedPatterns => {
  const finds: FindMatches[] = [];
  const names = new Set<unknown>();
  const compiled = (entryAt: string, entry: Readonly<Record<string, unknown>>): readonly string[] => {
    if (compile === undefined)
      return [`${entryAt}.pattern: needs the package re2js, which compiles patterns that no text can make slow`];
    const outcome = compile(entry.pattern as string, (entry.flags as string | undefined) ?? '');
    if (outcome.status === 'refused') return [broken(`${entryAt}.pattern`, outcome.rule, entry.pattern)];
    finds.push(outcome.find);
    return [];
  };
  const errors = checkList(
    at,
    value,
    (entryAt, entry) => {
      if (!isRecord(entry)) return [broken(entryAt, 'an object with name and pattern', entry)];
      const own = [
        ...Object.keys(entry).flatMap((key) => (KEYS.includes(key) ? [] : [`${entryAt}.${key}: unknown key`])),
        ...checkValue(`${entryAt}.name`, name, entry.name),
        ...(names.has(entry.name) ? [`${entryAt}.name: must be a name that no other pattern has`] : []),
        ...checkValue(`${entryAt}.pattern`, source, entry.pattern),
        ...checkOptional(`${entryAt}.flags`, flags, entry.flags),
        ...checkOptional(`${entryAt}.action`, action, entry.action),
      ];
      names.add(entry.name);
      return own.length > 0 ? own : compiled(entryAt, entry);
    },
    MOST_PATTERNS,
  );
  return { errors, finds };
};
