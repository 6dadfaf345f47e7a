import { ACTIONS, type Action, KINDS } from './kinds.js';
import type { AttributeRule, RedactionOptions } from './options.js';
import type { Treatment } from './redact-text.js';

/** What becomes of an attribute, ready to use. */
export type AttributeTreatment = 'drop' | 'redact' | 'keep' | Treatment;

export const isAction = (value: unknown): value is Action => ACTIONS.some((action) => action === value);

/** `named`: all kinds by number, the patterns of one's own last, each with its action. */
export const treatmentOf = (actions: readonly Action[]): Treatment => ({
  actions,
  enabled: KINDS.reduce((bits, _, kind) => (actions[kind] === 'none' ? bits : bits | (1 << kind)), 0),
});

/** Names of all kinds by number, and what is done with each where no rule says otherwise. */
export const baseActions = (options: RedactionOptions): { names: readonly string[]; actions: readonly Action[] } => {
  const { action = 'replace', actions = {}, patterns = [] } = options;
  return {
    names: [...KINDS, ...patterns.map(({ name }) => name)],
    actions: [...KINDS.map((kind) => actions[kind] ?? action), ...patterns.map((own) => own.action ?? action)],
  };
};

/** Returns what becomes of an attribute by its key. */
export const createAttributeRules = (options: RedactionOptions): ((key: string) => AttributeTreatment) => {
  const { names, actions } = baseActions(options);
  const base = treatmentOf(actions);
  const treat = (rule: AttributeRule): AttributeTreatment => {
    if (rule === 'drop' || rule === 'redact' || rule === 'keep') return rule;
    if (typeof rule === 'string') return treatmentOf(actions.map(() => rule));
    return treatmentOf(actions.map((action, kind) => rule[names[kind] as string] ?? action));
  };
  const rules = Object.entries(options.attributes ?? {}).map(([key, rule]) => [key, treat(rule)] as const);
  const exact = new Map(rules.filter(([key]) => !key.endsWith('*')));
  const beginnings = rules
    .filter(([key]) => key.endsWith('*'))
    .map(([key, rule]) => [key.slice(0, -1), rule] as const)
    .sort(([a], [b]) => b.length - a.length);
  return (key) => exact.get(key) ?? beginnings.find(([beginning]) => key.startsWith(beginning))?.[1] ?? base;
};
