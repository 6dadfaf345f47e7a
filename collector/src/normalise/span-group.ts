import type { KnownValue, SpanView } from 'noveum-proto';

import type { RankedText, RootFacts, SpanFacts } from '../store/index.js';
import { exceptionTypeOf } from './exception-type.js';
import { SLOT } from './known-keys.js';
import type { ScopePart, SpanRun } from './trace-payload.js';

/** The spans of one trace in one request, summed up as they pass by. */
export interface SpanGroup {
  readonly project: string;
  readonly traceIdHex: string;
  add(view: SpanView, part: ScopePart, resourceValues: readonly KnownValue[]): void;
  readonly runs: readonly SpanRun[];
  /** Null where a span id comes twice or more than one span is a root: the document then decides. */
  facts(): SpanFacts | null;
}

const STATUS_ERROR = 2;
const SPAN_ID_BYTES = 8;
const ROOT_RANK = '0';

const textOf = (value: KnownValue): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

const firstText = (...values: readonly KnownValue[]): string | null => {
  for (const value of values) {
    const text = textOf(value);
    if (text !== null) return text;
  }
  return null;
};

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

const environmentOf = (values: readonly KnownValue[], resourceValues: readonly KnownValue[]): string | null =>
  firstText(
    values[SLOT.environmentName],
    resourceValues[SLOT.environmentName],
    values[SLOT.environment],
    resourceValues[SLOT.environment],
  );

export const createSpanGroup = (body: Buffer, project: string, traceIdHex: string): SpanGroup => {
  const runs: SpanRun[] = [];
  let spanIds = Buffer.allocUnsafe(SPAN_ID_BYTES * 8);
  let spans = 0;
  let roots = 0;
  let startHigh = 0xffffffff;
  let startLow = 0xffffffff;
  let endHigh = 0;
  let endLow = 0;
  let unfinishedSpans = 0;
  let errorCount = 0;
  let root: RootFacts | null = null;
  let name: RankedText | null = null;
  let userId: RankedText | null = null;
  let sessionId: RankedText | null = null;
  let environment: RankedText | null = null;
  const services: string[] = [];
  const errorTypes: string[] = [];
  const tags: string[] = [];

  const noteOnce = (list: string[], text: string | null): void => {
    if (text !== null && !list.includes(text)) list.push(text);
  };

  const keepBytes = (view: SpanView, part: ScopePart): void => {
    const last = runs[runs.length - 1];
    if (last?.part === part) last.bounds.push(view.offset, view.end);
    else runs.push({ part, bounds: [view.offset, view.end] });
    const at = spans++ * SPAN_ID_BYTES;
    if (at === spanIds.length) spanIds = Buffer.concat([spanIds], spanIds.length * 2);
    body.copy(spanIds, at, view.spanIdOffset, view.spanIdOffset + SPAN_ID_BYTES);
  };

  const noteTimes = (view: SpanView): void => {
    if (view.startHigh < startHigh || (view.startHigh === startHigh && view.startLow < startLow)) {
      startHigh = view.startHigh;
      startLow = view.startLow;
    }
    if (view.endHigh === 0 && view.endLow === 0) unfinishedSpans++;
    else if (view.endHigh > endHigh || (view.endHigh === endHigh && view.endLow > endLow)) {
      endHigh = view.endHigh;
      endLow = view.endLow;
    }
  };

  const noteError = (view: SpanView): string | null => {
    const sent = textOf(view.values[SLOT.errorType]);
    if (view.statusCode !== STATUS_ERROR) return sent;
    errorCount++;
    const errorType = sent ?? exceptionTypeOf(body, view.offset, view.end);
    noteOnce(errorTypes, errorType);
    return errorType;
  };

  const noteTags = (value: KnownValue): void => {
    if (typeof value === 'string') noteOnce(tags, value);
    else if (Array.isArray(value)) for (const tag of value as readonly string[]) noteOnce(tags, tag);
  };

  const rankOf = (view: SpanView): string =>
    view.parentIdOffset < 0
      ? ROOT_RANK
      : `1${hex8(view.startHigh)}${hex8(view.startLow)}${body.toString('hex', view.spanIdOffset, view.spanIdOffset + 8)}`;

  const better = (held: RankedText | null, text: string | null, view: SpanView): RankedText | null => {
    if (text === null || held?.rank === ROOT_RANK) return held;
    const rank = rankOf(view);
    return held === null || rank < held.rank ? { text, rank } : held;
  };

  return {
    project,
    traceIdHex,
    runs,
    add(view, part, resourceValues) {
      keepBytes(view, part);
      noteTimes(view);
      const { values } = view;
      const isRoot = view.parentIdOffset < 0;
      const errorType = noteError(view);
      if (isRoot) {
        roots++;
        root = {
          ended: view.endHigh !== 0 || view.endLow !== 0,
          failed: view.statusCode === STATUS_ERROR,
          errorType,
          statusMessage:
            view.statusMessageOffset < 0 ? null : body.toString('utf8', view.statusMessageOffset, view.statusMessageEnd),
        };
      }
      noteOnce(services, textOf(resourceValues[SLOT.serviceName]));
      noteTags(values[SLOT.tags]);

      if (name?.rank !== ROOT_RANK) name = better(name, body.toString('utf8', view.nameOffset, view.nameEnd), view);
      userId = better(userId, firstText(values[SLOT.userId], values[SLOT.endUserId]), view);
      sessionId = better(sessionId, firstText(values[SLOT.sessionId], values[SLOT.conversationId]), view);
      environment = better(environment, environmentOf(values, resourceValues), view);
    },
    facts() {
      const ids = spanIds.subarray(0, spans * SPAN_ID_BYTES);
      if (roots > 1 || hasRepeatedId(ids)) return null;
      return {
        spanIds: ids,
        startUnixNano: (BigInt(startHigh) << 32n) | BigInt(startLow),
        endUnixNano: (BigInt(endHigh) << 32n) | BigInt(endLow),
        unfinishedSpans,
        errorCount,
        services,
        errorTypes,
        tags,
        root,
        name,
        userId,
        sessionId,
        environment,
      };
    },
  };
};

const hasRepeatedId = (ids: Buffer): boolean => {
  const count = ids.length / SPAN_ID_BYTES;
  if (count === 1) return false;
  const seen = new Set<string>();
  for (let at = 0; at < ids.length; at += SPAN_ID_BYTES) seen.add(ids.toString('latin1', at, at + 8));
  return seen.size < count;
};
