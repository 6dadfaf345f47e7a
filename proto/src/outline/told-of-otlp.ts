import {
  createNamedFactsReader,
  NAMED_FACT_KEYS,
  type NamedFacts,
  type Prices,
  STATUS_LEVEL_KEY,
  toldStatusOf,
  WHOLE_CALL_EVENT,
} from '../dialects/index.js';
import {
  type Json,
  labelOf,
  type ScopeDocument,
  type SpanKind,
  type SpanStatus,
  type SpanType,
} from '../document/index.js';
import {
  COMPLEX_VALUE,
  createKnownAttributes,
  createTextReader,
  createTraceVisitor,
  type KnownValue,
  type SpanView,
} from '../otlp/index.js';
import { holds, spanIdAt } from './bytes.js';
import { HANDOFF_KEYS, handoffOf, maySayHandoff } from './handoff.js';
import type { Handoff } from './outline-span.js';
import { readScope } from './read-scope.js';
import { type SpanBasics, ToldSpan } from './told-span.js';

const KEYS = [...new Set([...NAMED_FACT_KEYS, 'service.name', STATUS_LEVEL_KEY, ...HANDOFF_KEYS])];
const STATUS_LEVEL = KEYS.indexOf(STATUS_LEVEL_KEY);
const SERVICE = KEYS.indexOf('service.name');
const HANDOFF_SLOTS = HANDOFF_KEYS.map((key) => KEYS.indexOf(key));

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const satisfies SpanKind[];
const STATUSES = ['unset', 'ok', 'error'] as const satisfies SpanStatus[];
const CHECKED_ON_ARRIVAL = { check: false, nesting: 64 };

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

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] };

const nothing = (): Changeable<SpanBasics> => ({
  spanId: '',
  parentId: null,
  type: 'span',
  scopeName: '',
  startHigh: 0,
  startLow: 0,
  isEnded: false,
  endHigh: 0,
  endLow: 0,
  name: '',
  kind: 'UNSPECIFIED',
  status: 'unset',
  startTime: null,
  service: null,
  handoff: null,
});

const readHandoff = (name: string, type: SpanType, { values }: SpanView): Handoff | null => {
  if (!maySayHandoff(name) && HANDOFF_SLOTS.every((slot) => values[slot] === undefined)) return null;
  return handoffOf(
    name,
    type,
    HANDOFF_SLOTS.map((slot) => values[slot]),
  );
};

/** Tells the spans of a TracesData message as its bytes pass by: neither messages nor other attributes are read. */
export const createOtlpTeller = (prices: Prices | null) => {
  const visit = createTraceVisitor(createKnownAttributes(KEYS));
  const reader = createNamedFactsReader();
  const text = createTextReader();

  const readNamed = (view: SpanView, scope: ScopeDocument): NamedFacts | null =>
    reader.readSlots(view.values as readonly (Json | undefined)[], view.knownSlots, view.knownCount, {
      scope,
      isRoot: view.parentIdOffset < 0,
    });

  return (payload: Uint8Array, sink: ToldSink): void => {
    let service: string | null = null;
    let scope = { name: '', version: '' };
    // One for all spans: what is made of it holds its own.
    const basics: Changeable<SpanBasics> = nothing();
    const tell = (view: SpanView): ToldSpan => {
      const isRoot = view.parentIdOffset < 0;
      const named = view.knownCount === 0 ? null : readNamed(view, scope);
      basics.spanId = spanIdAt(payload, view.spanIdOffset);
      basics.parentId = isRoot ? null : spanIdAt(payload, view.parentIdOffset);
      basics.type = named?.facts.type ?? 'span';
      basics.scopeName = scope.name;
      basics.startHigh = view.startHigh;
      basics.startLow = view.startLow;
      basics.isEnded = view.endHigh !== 0 || view.endLow !== 0;
      basics.endHigh = view.endHigh;
      basics.endLow = view.endLow;
      basics.name = text.read(payload, view.nameOffset, view.nameEnd);
      basics.kind = KINDS[view.kind] ?? 'UNSPECIFIED';
      basics.status = toldStatusOf(STATUSES[view.statusCode] ?? 'unset', view.values[STATUS_LEVEL]);
      basics.service = service;
      basics.handoff = readHandoff(basics.name, basics.type, view);
      return new ToldSpan(basics, named, prices);
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
