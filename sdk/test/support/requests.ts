import { encodeTracesJson, parseExact } from 'noveum-proto';

import type { ExportBatch } from '../../src/exporters/index.js';

export interface SpanToSend {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly startNanos?: bigint;
  readonly endNanos?: bigint;
  readonly attributes?: readonly unknown[];
  readonly [field: string]: unknown;
}

const START = 1_764_000_000_000_000_000n;
const LIMITS = { attributesPerSpan: 1000, attributeValueBytes: 1 << 20, nesting: 64, spanNameBytes: 4096 };

/** The batch that such OTLP/JSON is. */
export const batchOfJson = (request: unknown): ExportBatch => {
  const text = JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  const outcome = encodeTracesJson(parseExact(text), LIMITS);
  if (outcome.status !== 'encoded' || outcome.refused.length > 0) throw new Error(JSON.stringify(outcome));
  return { request: outcome.bytes.slice(), spanCount: outcome.accepted };
};

/** A batch of these spans, of one service. */
export const batchOfSpans = (spans: readonly SpanToSend[]): ExportBatch =>
  batchOfJson({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            scope: { name: 'tests', version: '1.2.3' },
            spans: spans.map(({ startNanos = START, endNanos = startNanos + 1_500_000n, ...span }) => ({
              name: 'work',
              kind: 1,
              startTimeUnixNano: String(startNanos),
              endTimeUnixNano: String(endNanos),
              ...span,
            })),
          },
        ],
      },
    ],
  });

const idOf = (digits: number, number: number): string => `7${number.toString(16).padStart(digits - 1, '0')}`;

export const traceIdOf = (number: number): string => idOf(32, number);
export const spanIdOf = (number: number): string => idOf(16, number);
