import { isAction } from './attribute-rules.js';
import { checkPatterns } from './check-patterns.js';
import { parseIpRange } from './ip-ranges.js';
import { ACTIONS, KINDS } from './kinds.js';
import {
  broken,
  checkList,
  checkOptional,
  checkRecord,
  checkValue,
  isRecord,
  type Rule,
  text,
} from './option-rules.js';
import type { RedactionOptions } from './options.js';
import type { CompilePattern, FindMatches } from './own-patterns.js';

export type CheckedOptions =
  | { readonly status: 'ok'; readonly options: RedactionOptions; readonly finds: readonly FindMatches[] }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

const LEAST_SALT = 16;
const KEYS = ['action', 'actions', 'labels', 'salt', 'allow', 'patterns', 'attributes'];

const action: Rule = (value) => (isAction(value) ? null : `one of ${ACTIONS.join(', ')}`);
const label: Rule = (value) =>
  typeof value === 'string' && /^[!-~](?:[ -~]{0,62}[!-~])?$/.test(value) && !/["'\\]/.test(value)
    ? null
    : 'a text of 1 to 64 ASCII characters without quotes and backslashes';
const salt: Rule = (value) =>
  typeof value === 'string' && value.length >= LEAST_SALT ? null : `a text of ${LEAST_SALT} characters or more`;
const domain: Rule = (value) =>
  typeof value === 'string' && /^@?(?:\*\.)?[^\s@*]+\.[^\s@*]+$/.test(value)
    ? null
    : 'a domain like example.com or *.example.com';
const range: Rule = (value) =>
  typeof value === 'string' && parseIpRange(value) !== null ? null : 'an address or a range like 10.0.0.0/8';
const attributeKey: Rule = (value) =>
  typeof value === 'string' && /^[^*]+\*?$|^\*$/.test(value)
    ? null
    : 'a key, or the beginning of keys with a single * at its end';

const ALLOWED = new Map<string, Rule>([
  ['values', text],
  ['emailDomains', domain],
  ['ips', range],
]);

const attributeErrors = (at: string, rule: unknown, names: readonly string[]): readonly string[] => {
  if (rule === 'drop' || rule === 'redact' || rule === 'keep' || isAction(rule)) return [];
  if (!isRecord(rule))
    return [broken(at, `drop, redact, keep, ${ACTIONS.join(', ')}, or a record of these by kind`, rule)];
  return checkRecord(at, rule, (kind, value) =>
    names.includes(kind) ? checkOptional(`${at}.${kind}`, action, value) : null,
  );
};

/** Somewhere in it an action is `hash`. */
const hashes = (value: unknown): boolean =>
  value === 'hash' || (typeof value === 'object' && value !== null && Object.values(value).some(hashes));

/** Checks options from a file or from code; every error names place, rule and the value's kind, never the value. */
export const checkOptions = (value: unknown, compile: CompilePattern | undefined, name: string): CheckedOptions => {
  if (!isRecord(value)) return { status: 'invalid', errors: [broken(name, 'an object', value)] };
  const patterns = checkPatterns(`${name}.patterns`, value.patterns, compile);
  const own = Array.isArray(value.patterns) ? value.patterns.map((entry) => (isRecord(entry) ? entry.name : null)) : [];
  const names: readonly string[] = [...KINDS, ...own.filter((entry) => typeof entry === 'string')];
  const { action: base, actions, patterns: listed, attributes } = value;
  const isHashing = hashes([base, actions, listed, attributes]);
  const errors = [
    ...Object.keys(value).flatMap((key) => (KEYS.includes(key) ? [] : [`${name}.${key}: unknown key`])),
    ...checkOptional(`${name}.action`, action, value.action),
    ...checkRecord(`${name}.actions`, value.actions, (kind, entry) =>
      KINDS.some((known) => known === kind) ? checkOptional(`${name}.actions.${kind}`, action, entry) : null,
    ),
    ...checkRecord(`${name}.labels`, value.labels, (kind, entry) =>
      names.includes(kind) || kind === 'attribute' ? checkOptional(`${name}.labels.${kind}`, label, entry) : null,
    ),
    ...(isHashing || value.salt !== undefined ? checkValue(`${name}.salt`, salt, value.salt) : []),
    ...checkRecord(`${name}.allow`, value.allow, (key, entry) => {
      const rule = ALLOWED.get(key);
      if (rule === undefined) return null;
      return checkList(`${name}.allow.${key}`, entry, (at, one) => checkValue(at, rule, one));
    }),
    ...patterns.errors,
    ...checkRecord(`${name}.attributes`, value.attributes, (key, rule) =>
      attributeKey(key) === null
        ? attributeErrors(`${name}.attributes.${key}`, rule, names)
        : [broken(`${name}.attributes.${key}`, attributeKey(key) as string, key)],
    ),
  ];
  return errors.length > 0 ? { status: 'invalid', errors } : { status: 'ok', options: value, finds: patterns.finds };
};
