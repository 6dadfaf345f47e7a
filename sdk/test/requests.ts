import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { meaningOfTraces } from '../../proto/test/otlp-meaning.js';
import { createSpanEncoder } from '../src/encode/index.js';
import { type RecordStages, rewriteRequest, type StringMap } from 'noveum-proto/records';

export const encode = (spans: readonly ReadableSpan[]): Uint8Array<ArrayBuffer> => {
  const encoder = createSpanEncoder();
  for (const span of spans) encoder.append(span);
  const taken = encoder.take();
  if (taken === undefined) throw new Error('no span was encoded');
  return taken.request;
};

export interface Told {
  readonly span: Record<string, unknown> & { readonly attributes?: Record<string, unknown> };
}

/** Each span of a request with what it hangs on, whatever the order. */
export const told = (request: Uint8Array): Told[] => meaningOfTraces(request) as Told[];

export const rewritten = (request: Uint8Array, stages: RecordStages): Uint8Array =>
  rewriteRequest(request, stages).request;

/** Maps every text of a request. */
export const everywhere = (map: StringMap): RecordStages => ({
  resource: [(record) => record.mapStrings(map)],
  scope: [(record) => record.mapStrings(map)],
  span: [
    (record) => {
      record.mapStrings(map);
      return undefined;
    },
  ],
});
