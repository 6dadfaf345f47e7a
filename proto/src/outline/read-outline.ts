import {
  type DerivedTrace,
  type EventDocument,
  type Fragment,
  type SpanDocument,
  toTraceDocument,
} from '../document/index.js';
import { outlineOfTold } from './outline-of-told.js';
import type { TraceOutline } from './outline-span.js';
import { createSpansPicker } from './pick-spans.js';
import { createTeller, nothingTold, type Told, type TellOptions } from './tell-fragments.js';
import { toldOfDocuments } from './told-of-documents.js';
import { byStart, type ToldSpan } from './told-span.js';

export interface OutlineOptions extends TellOptions {
  /** Beyond it the outline is `too-large`. */
  readonly maxSpans: number;
  /** Payload of spans that have to be read whole, because they came twice or in an odd shape. */
  readonly maxPickedBytes: number;
}

/** The fragments of one trace, from the first again at each call. */
export type FragmentSource = () => AsyncIterable<Fragment>;

/** The first span of each response that an event without a span of this trace speaks of, of those known for sure. */
const ownersOf = ({ responses, spans, spokenFor, unread }: Told): string[] => {
  const isHere = (spanId: string): boolean => spans.has(spanId) || unread.has(spanId);
  const loose = new Set([...responses].filter(([, named]) => !named.every(isHere)).map(([response]) => response));
  if (loose.size === 0) return [];
  const owners = new Map<string, ToldSpan>();
  for (const span of spans.values()) {
    if (span.responseId === null || !loose.has(span.responseId)) continue;
    if (unread.has(span.spanId) || spokenFor.has(span.spanId)) continue;
    const owner = owners.get(span.responseId);
    if (owner === undefined || byStart(span, owner) < 0) owners.set(span.responseId, span);
  }
  return [...owners.values()].map(({ spanId }) => spanId);
};

const NO_DOCUMENT: DerivedTrace = { spans: [], attributes: {}, models: [], providers: [], scores: [] };

/** Spans whose documents have to be read. */
const unsettledOf = (told: Told): ReadonlySet<string> =>
  new Set([...told.unread, ...[...told.spokenFor].filter((spanId) => told.spans.has(spanId)), ...ownersOf(told)]);

const settle = async (
  told: Told,
  source: FragmentSource,
  { maxPickedBytes, maxValueBytes, prices }: OutlineOptions,
): Promise<'settled' | 'too-large'> => {
  const wanted = unsettledOf(told);
  if (wanted.size === 0) return 'settled';
  const pick = createSpansPicker(wanted);
  const picked: Fragment[] = [];
  let bytes = 0;
  for await (const fragment of source()) {
    const part = pick(fragment);
    if (part === null) continue;
    picked.push(part);
    bytes += part.payload.length;
    if (bytes > maxPickedBytes) return 'too-large';
  }
  const isHere = (event: EventDocument): boolean => {
    const { span_id: spanId = '' } = event as { readonly span_id?: string };
    return told.spans.has(spanId) || told.unread.has(spanId);
  };
  toTraceDocument(picked, {
    maxValueBytes,
    derive(spans: readonly SpanDocument[], events: readonly EventDocument[]) {
      const own = spans.filter((span) => wanted.has(span.span_id));
      const unplaced = events.filter((event) => !isHere(event));
      for (const span of toldOfDocuments(own, unplaced, prices)) told.spans.set(span.spanId, span);
      return NO_DOCUMENT;
    },
  });
  return 'settled';
};

/**
 * The outline of a trace as the bytes of its fragments pass by: without making its document, yet the same as of it.
 * Null where nothing was said of the trace.
 */
export const readOutline = async (
  source: FragmentSource,
  options: OutlineOptions,
): Promise<TraceOutline | 'too-large' | null> => {
  const told = nothingTold();
  const tell = createTeller(told, options);
  for await (const fragment of source()) {
    tell(fragment);
    if (told.spans.size + told.unread.size > options.maxSpans) return 'too-large';
  }
  if (told.traceId === null) return null;
  if ((await settle(told, source, options)) === 'too-large') return 'too-large';
  return outlineOfTold(told.traceId, [...told.spans.values()]);
};
