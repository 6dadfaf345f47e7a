import type { Redactor } from '../redaction/index.js';
import type { AttributeHolder } from './attribute-holder.js';
import type { StringMap } from './map-strings.js';
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

const byRules =
  (redactor: Redactor): StringMap =>
  (text, channel, key) => {
    if (channel === 'attribute') return text;
    if (key === undefined || !VALUES.has(channel)) return redactor.text(text);
    const value: unknown = redactor.attributes({ [key]: text })[key];
    return typeof value === 'string' ? value : '';
  };

/** Every text of a span, its resource and its scope goes through the redactor. */
export const redactStage = (redactor: Redactor, hasAttributeRules: boolean): Required<RecordStages> => {
  const plain: StringMap = (text, _channel, key) => redactor.text(text, key);
  const map = hasAttributeRules ? byRules(redactor) : plain;
  return {
    resource: [(record) => record.mapStrings(plain)],
    scope: [(record) => record.mapStrings(plain)],
    span: [
      (record) => {
        if (hasAttributeRules) redactByRules(record, redactor);
        record.mapStrings(map);
        return undefined;
      },
    ],
  };
};
