import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { remembering, type SpanRedactor } from './span-redactor.js';

type Resource = ReadableSpan['resource'];
type RawAttribute = ReturnType<Resource['getRawAttributes']>[number];

/** A resource whose attributes are redacted when they are read: what detectors find out later is redacted too. */
export const createRedactResource = ({ attributes, text }: SpanRedactor): ((resource: Resource) => Resource) => {
  const attributesOf = remembering<Attributes>(attributes);

  /** None where the attribute is dropped. */
  const raw = ([key, value]: RawAttribute): readonly RawAttribute[] => {
    if (!(value instanceof Promise)) return Object.entries(attributes({ [key]: value }));
    return Object.keys(attributes({ [key]: '' })).map((shown) => [
      shown,
      value.then((found) => attributes({ [key]: found })[key] ?? text(String(found), key)),
    ]);
  };

  const redacted: (resource: Resource) => Resource = remembering((resource) => ({
    get asyncAttributesPending() {
      return resource.asyncAttributesPending ?? false;
    },
    get attributes() {
      return attributesOf(resource.attributes);
    },
    ...(resource.schemaUrl === undefined ? {} : { schemaUrl: text(resource.schemaUrl) }),
    waitForAsyncAttributes: async () => {
      await resource.waitForAsyncAttributes?.();
    },
    merge: (other) => redacted(resource.merge(other)),
    getRawAttributes: () => resource.getRawAttributes().flatMap(raw),
  }));
  return redacted;
};
