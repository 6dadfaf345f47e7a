import type { Attributes, SpanDocument } from '../document/index.js';
import { createAllowList } from './allow-list.js';
import { baseActions, createAttributeRules, treatmentOf } from './attribute-rules.js';
import { checkOptions } from './check-options.js';
import { createCleanTexts } from './clean-texts.js';
import { createCounting } from './counting.js';
import { KINDS } from './kinds.js';
import { MOST_KEYS, rememberKeys } from './known-keys.js';
import { createLabels } from './labels.js';
import type { RedactionOptions } from './options.js';
import type { CompilePattern, FindMatches } from './own-patterns.js';
import { keepJson } from './redact-json.js';
import { createRedactSpan } from './redact-span.js';
import { createRedactText, type NamedBy, NO_NAME, type Treatment } from './redact-text.js';
import { createRedactValues } from './redact-values.js';
import { createRender } from './render.js';

/**
 * Takes what is personal or secret out of texts. Everything returns the same reference where nothing was found, is
 * done in time linear in the text, and done twice is as done once. Redact before texts are cut to a limit: half a card's
 * number no longer looks like one.
 */
export interface Redactor {
  /** JSON stays JSON. `name`: what the text stands under, which says what a bare number is. */
  readonly text: (text: string, name?: string) => string;
  /** Attributes of any values: texts, lists, records at any depth, keys too. Buffers and instances of classes stay as they are. */
  readonly attributes: <T extends Readonly<Record<string, unknown>>>(attributes: T) => T;
  /** Every text that a sender can put into a span: name, attributes, events, links, status message, resource, scope, scores. */
  readonly span: (span: SpanDocument) => SpanDocument;
  /** How often each kind was replaced, and attributes as a whole (`attribute_redacted`, `attribute_dropped`), so far. */
  readonly counts: () => Readonly<Record<string, number>>;
}

export interface RedactorParts {
  /** Compiles own patterns: `re2jsCompiler(await import('re2js'))`. Without it options with patterns are refused. */
  readonly compile?: CompilePattern;
}

export type RedactorOutcome =
  | { readonly status: 'ok'; readonly redactor: Redactor }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

const WHOLE = '[REDACTED]';

const build = (options: RedactionOptions, finds: readonly FindMatches[]): Redactor => {
  const { names, actions } = baseActions(options);
  const whole = options.labels?.['attribute'] ?? WHOLE;
  const labels = createLabels(
    names.map((name) => options.labels?.[name] ?? `[${name.toUpperCase()}]`),
    [whole],
  );
  const base = treatmentOf(actions);
  const counting = createCounting([...names, 'attribute_redacted', 'attribute_dropped']);
  const redactText = createRedactText({
    labels,
    render: createRender(labels, options.salt ?? ''),
    isAllowed: createAllowList(options.allow),
    patterns: finds.map((find, i) => ({ kind: KINDS.length + i, find })),
  });

  const text = (value: string, by: NamedBy, treatment: Treatment): string => {
    const redacted = redactText(value, by, treatment);
    if (redacted.kinds.length === 0) return value;
    const kept = redacted.mayBreakJson
      ? keepJson(value, redacted.text, (parsed) => values.value(parsed, by, treatment))
      : redacted.text;
    // The values of JSON that was redacted value by value have been counted there.
    if (kept === redacted.text) for (const kind of redacted.kinds) counting.add(kind);
    return kept;
  };
  const keyOf = rememberKeys((key) => text(key, NO_NAME, base), createAttributeRules(options));
  const values = createRedactValues({
    text,
    keyOf,
    whole,
    count: (treatment) => counting.add(treatment === 'redact' ? names.length : names.length + 1),
  });
  const nameless = { by: NO_NAME, clean: createCleanTexts(MOST_KEYS) };
  const named = (value: string, name: string): string => {
    const { by, clean } = name === '' ? nameless : keyOf(name);
    if (clean.has(value)) return value;
    const redacted = text(value, by, base);
    if (redacted === value) clean.add(value);
    return redacted;
  };
  const attributes = <T extends Readonly<Record<string, unknown>>>(record: T): T => values.attributes(record) as T;

  return Object.freeze({
    text: (value: string, name = '') => named(value, name),
    attributes,
    span: createRedactSpan({ text: named, attributes: (record: Attributes) => attributes(record) }),
    counts: counting.counts,
  });
};

/** A label that looks like something to be redacted would be redacted again. */
const labelErrors = (options: RedactionOptions, name: string): readonly string[] => {
  const plain = build({}, []);
  return Object.entries(options.labels ?? {}).flatMap(([kind, label]) =>
    label === undefined || plain.text(label) === label
      ? []
      : [`${name}.labels.${kind}: must be a text that doesn't look like one of the kinds itself, got another text`],
  );
};

/** `name`: what the options are called in errors. */
export const checkRedaction = (options: unknown, parts: RedactorParts = {}, name = 'redaction'): RedactorOutcome => {
  const checked = checkOptions(options, parts.compile, name);
  if (checked.status === 'invalid') return checked;
  const errors = labelErrors(checked.options, name);
  if (errors.length > 0) return { status: 'invalid', errors };
  return { status: 'ok', redactor: build(checked.options, checked.finds) };
};

/** All that is wrong with the options, each as `redaction.salt: must be …`. */
export class RedactionOptionsError extends Error {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(errors.join('; '));
    this.name = 'RedactionOptionsError';
    this.errors = errors;
  }
}

/** Throws a RedactionOptionsError where the options are wrong; `checkRedaction` tells it as a value. */
export const createRedactor = (options: RedactionOptions = {}, parts: RedactorParts = {}): Redactor => {
  const outcome = checkRedaction(options, parts);
  if (outcome.status === 'invalid') throw new RedactionOptionsError(outcome.errors);
  return outcome.redactor;
};
