import { createNamedFactsReader, NAMED_FACT_KEYS, type Prices, WHOLE_CALL_EVENT } from '../dialects/index.js';
import { type Json, labelOf, type SpanKind, type SpanStatus } from '../document/index.js';
import {
  COMPLEX_VALUE,
  createKnownAttributes,
  createTextReader,
  createTraceVisitor,
  type KnownValue,
  type SpanView,
} from '../otlp/index.js';
import { holds, spanIdAt } from './bytes.js';
import { HANDOFF_KEYS, handoffOf } from './handoff.js';
import { readScope } from './read-scope.js';
import { toldSpan, type ToldSpan } from './told-span.js';

const KEYS = [...new Set([...NAMED_FACT_KEYS, 'service.name', ...HANDOFF_KEYS])];
const SERVICE = KEYS.indexOf('service.name');
const HANDOFF_SLOTS = HANDOFF_KEYS.map((key) => KEYS.indexOf(key));

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const satisfies SpanKind[];
const STATUSES = ['unset', 'ok', 'error'] as const satisfies SpanStatus[];
const CHECKED_ON_ARRIVAL = { check: false, nesting: 64 };

const nanos = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

const TELLING = new TextEncoder().encode(WHOLE_CALL_EVENT);

/** What facts depend on is in no attribute, or in one of a shape that only documents read. */
const needsDocument = (bytes: Uint8Array, view: SpanView): boolean => {
  for (let at = 0; at < view.knownCount; at++)
    if (view.values[view.knownSlots[at] as number] === COMPLEX_VALUE) return true;
  return view.eventCount > 0 && holds(bytes, TELLING, view.offset, view.end);
};

export interface ToldSink {
  span(told: ToldSpan): void;
  /** A span that only its document can tell. */
  unread(spanId: string): void;
}

/** Tells the spans of a TracesData message as its bytes pass by: neither messages nor other attributes are read. */
export const createOtlpTeller = (prices: Prices | null) => {
  const visit = createTraceVisitor(createKnownAttributes(KEYS));
  const reader = createNamedFactsReader();
  const text = createTextReader();

  return (payload: Uint8Array, sink: ToldSink): void => {
    let service: string | null = null;
    let scope = { name: '', version: '' };
    const tell = (view: SpanView): ToldSpan => {
      const { values } = view;
      const isRoot = view.parentIdOffset < 0;
      const named =
        view.knownCount === 0
          ? null
          : reader.readSlots(values as readonly (Json | undefined)[], view.knownSlots, view.knownCount, {
              scope,
              isRoot,
            });
      const name = text.read(payload, view.nameOffset, view.nameEnd);
      return toldSpan(
        {
          spanId: spanIdAt(payload, view.spanIdOffset),
          parentId: isRoot ? null : spanIdAt(payload, view.parentIdOffset),
          type: named?.facts.type ?? 'span',
          scopeName: scope.name,
          startUnixNano: nanos(view.startHigh, view.startLow),
          endedUnixNano: view.endHigh === 0 && view.endLow === 0 ? null : nanos(view.endHigh, view.endLow),
          name,
          kind: KINDS[view.kind] ?? 'UNSPECIFIED',
          status: STATUSES[view.statusCode] ?? 'unset',
          startTime: null,
          service,
          handoff: handoffOf(
            name,
            HANDOFF_SLOTS.map((slot) => values[slot]),
          ),
        },
        named,
        prices,
      );
    };
    visit(
      payload,
      {
        resource: (view) => (service = labelOf(plain(view.values[SERVICE]))),
        scope: (view) => (scope = readScope(payload, view.offset, view.end, text)),
        span(view) {
          if (view.traceIdOffset < 0 || view.spanIdOffset < 0) return;
          if (needsDocument(payload, view)) sink.unread(spanIdAt(payload, view.spanIdOffset));
          else sink.span(tell(view));
        },
      },
      CHECKED_ON_ARRIVAL,
    );
  };
};

const plain = (value: KnownValue): Json | undefined =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined;
