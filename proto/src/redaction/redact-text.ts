import { BEGIN, type Cursor, newCursor, setText } from './detect/cursor.js';
import { newTriggerTable, scan } from './detect/scan.js';
import type { SecretName } from './detect/secret-names.js';
import type { IsAllowed } from './allow-list.js';
import { isNumber, quotesOfNumber } from './json-numbers.js';
import type { Action } from './kinds.js';
import type { Labels } from './labels.js';
import { type FindMatches, replaceMatches } from './own-patterns.js';
import type { Render } from './render.js';
import { isSettled } from './settled.js';

/** What is done with each kind, by its number; patterns of one's own come behind the built-in kinds. */
export interface Treatment {
  readonly actions: readonly Action[];
  /** Bit by number of the built-in kinds that are looked for. */
  readonly enabled: number;
}

/** The name that a text stands under. */
export interface NamedBy {
  readonly name: string;
  readonly secret: SecretName;
}

export const NO_NAME: NamedBy = { name: '', secret: null };

export interface RedactedText {
  readonly text: string;
  /** Numbers of the kinds replaced, in order. */
  readonly kinds: readonly number[];
  /** If this was JSON, it may not be any more. */
  readonly mayBreakJson: boolean;
}

export interface TextParts {
  readonly labels: Labels;
  readonly render: Render;
  readonly isAllowed: IsAllowed;
  /** By number of kind, from the first one that is not built in. */
  readonly patterns: readonly { readonly kind: number; readonly find: FindMatches }[];
}

/** A replacement can set free what stood too close to something: again until nothing changes, which takes two rounds. */
const MOST_ROUNDS = 8;

const MINUS = 45;
const UNSURE = /["\\\n]/;

export type RedactText = (text: string, by: NamedBy, treatment: Treatment) => RedactedText;

export const createRedactText = ({ labels, render, isAllowed, patterns }: TextParts): RedactText => {
  const cursor = newCursor();
  const triggers = newTriggerTable(labels.firstCharacters);
  let kinds: number[] = [];
  let mayBreakJson = false;
  let actions: readonly Action[] = [];
  let out = '';
  let copied = BEGIN;
  let isDone = true;

  const replacementOf = (kind: number, value: string): string => {
    if (isAllowed(kind, value)) return value;
    const replacement = render(kind, actions[kind] as Action, value);
    if (replacement !== value) kinds.push(kind);
    return replacement;
  };

  const take = ({ text, kind, start, end, floor }: Cursor): void => {
    const value = text.slice(start, end);
    const replacement = replacementOf(kind, value);
    if (replacement === value) return;
    isDone &&= isSettled(text, start, floor);
    // A number's sign goes with it: `-[PHONE]` is no JSON.
    const signed = isNumber(value) && text.charCodeAt(start - 1) === MINUS && start > floor ? start - 1 : start;
    const quotes = isNumber(value) ? quotesOfNumber(text, signed) : null;
    mayBreakJson ||= UNSURE.test(value) || isNumber(value);
    const around = quotes ?? '';
    out += text.slice(copied, quotes === null ? start : signed) + around + replacement + around;
    copied = end;
  };

  const round = (text: string, by: NamedBy, enabled: number): string => {
    out = '';
    copied = BEGIN;
    isDone = patterns.length === 0;
    setText(cursor, text);
    cursor.key = by.name;
    cursor.keySecret = by.secret;
    cursor.enabled = enabled;
    scan(cursor, { triggers, labelEnd: labels.endAt, take });
    let redacted = copied === BEGIN ? text : out + text.slice(copied - BEGIN);
    for (const { kind, find } of patterns) {
      if (actions[kind] === 'none') continue;
      const next = replaceMatches(redacted, find, labels, (value) => replacementOf(kind, value));
      mayBreakJson ||= next !== redacted;
      redacted = next;
    }
    return redacted;
  };

  return (text, by, treatment) => {
    kinds = [];
    mayBreakJson = false;
    actions = treatment.actions;
    let current = text;
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const next = round(current, by, treatment.enabled);
      if (next === current) break;
      current = next;
      if (isDone) break;
    }
    cursor.text = '';
    return { text: current, kinds, mayBreakJson };
  };
};
