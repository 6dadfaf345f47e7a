import type { Redactor } from '../redaction/index.js';
import type { AttributeHolder } from './attribute-holder.js';
import type { LogRecord } from './log-record.js';
import type { MapOptions, StringMap } from './map-strings.js';
import type { LogStage } from './rewrite-logs.js';
import type { RecordStages } from './rewrite-request.js';

const VALUES: ReadonlySet<string> = new Set(['attribute', 'event_attribute', 'link_attribute']);

/** Where rules name attributes, these are redacted as a whole first: one may be kept, or left out. */
const redactByRules = (record: AttributeHolder, redactor: Redactor): void => {
  const before = record.allAttributes();
  const after: Readonly<Record<string, unknown>> = redactor.attributes(before);
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) record.removeAttribute(key);
    else if (after[key] !== before[key]) record.setAttribute(key, after[key] as string);
  }
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key)) record.setAttribute(key, after[key] as string);
};

/** A shorter whole number is nothing that is looked for. */
const INTEGERS: MapOptions = { integersFrom: 1_000_000 };

const byRules =
  (redactor: Redactor): StringMap =>
  (text, channel, key, isBytes) => {
    // These have been redacted as a whole, where bytes stay as they are.
    if (channel === 'attribute' && isBytes !== true) return text;
    if (key === undefined || !VALUES.has(channel)) return redactor.text(text, key);
    const value: unknown = redactor.attributes({ [key]: text })[key];
    return typeof value === 'string' ? value : '';
  };

/** What redacts everything in a request that a sender can write a text into. */
export interface RedactStages extends Required<RecordStages> {
  readonly log: readonly LogStage[];
}

/**
 * Every text of a span or log record, of its resource and its scope goes through the redactor, and whole numbers of
 * attributes, as a text where one is redacted.
 */
export const redactStage = (redactor: Redactor, hasAttributeRules: boolean): RedactStages => {
  const plain: StringMap = (text, _channel, key) => redactor.text(text, key);
  const map = hasAttributeRules ? byRules(redactor) : plain;
  const redact = (record: LogRecord): undefined => {
    if (hasAttributeRules) redactByRules(record, redactor);
    record.mapStrings(map, INTEGERS);
  };
  return {
    resource: [(record) => record.mapStrings(plain, INTEGERS)],
    scope: [(record) => record.mapStrings(plain, INTEGERS)],
    span: [redact],
    log: [redact],
  };
};
