import {
  type CallRow,
  COMPLEX_VALUE,
  createFactsReader,
  type Json,
  type KnownValue,
  type Prices,
  type SpanFacts as GenAiSpanFacts,
  type SpanType,
  type SpanView,
  toldStatusOf,
} from 'noveum-proto';

import type { RankedAttribute, RankedText, RankedWeight, RootFacts, SpanFacts } from '../store/index.js';
import { joinCustom } from './custom-attributes.js';
import { exceptionTypeOf } from './exception-type.js';
import { SLOT } from './known-keys.js';
import { rankOf, ROOT_RANK } from './span-rank.js';
import { spanRow } from './span-row.js';
import { joinWeight } from './told-weight.js';
import type { ScopePart, SpanRun } from './trace-payload.js';

/**
 * The spans of one trace in one request, summed up as they pass by. A plain object with functions beside it: it is
 * made for every trace, and closures would be made with it.
 */
export interface SpanGroup {
  readonly body: Buffer;
  readonly project: string;
  readonly traceIdHex: string;
  readonly prices: Prices | null;
  readonly runs: SpanRun[];
  spanIds: Buffer;
  spans: number;
  roots: number;
  startHigh: number;
  startLow: number;
  endHigh: number;
  endLow: number;
  unfinishedSpans: number;
  errorCount: number;
  root: RootFacts | null;
  name: RankedText | null;
  userId: RankedText | null;
  sessionId: RankedText | null;
  environment: RankedText | null;
  weight: RankedWeight | null;
  sdk: RankedText | null;
  readonly services: string[];
  readonly errorTypes: string[];
  readonly tags: string[];
  custom: readonly RankedAttribute[];
  isGenAi: boolean;
  /** A span says what only the whole document can read: values of other shapes, events that speak for it. */
  needsDocument: boolean;
  readonly models: string[];
  readonly providers: string[];
  readonly spanTypes: SpanType[];
  readonly rows: CallRow[];
  readonly told: (GenAiSpanFacts | null)[];
}

const STATUS_UNSET = 0;
const STATUS_ERROR = 2;
const SPAN_ID_BYTES = 8;
const FIRST_SPANS = 8;
const MOST = 0xffffffff;

export const newSpanGroup = (body: Buffer, project: string, traceIdHex: string, prices: Prices | null): SpanGroup => ({
  body,
  project,
  traceIdHex,
  prices,
  runs: [],
  spanIds: Buffer.allocUnsafe(SPAN_ID_BYTES * FIRST_SPANS),
  spans: 0,
  roots: 0,
  startHigh: MOST,
  startLow: MOST,
  endHigh: 0,
  endLow: 0,
  unfinishedSpans: 0,
  errorCount: 0,
  root: null,
  name: null,
  userId: null,
  sessionId: null,
  environment: null,
  weight: null,
  sdk: null,
  services: [],
  errorTypes: [],
  tags: [],
  custom: [],
  isGenAi: false,
  needsDocument: false,
  models: [],
  providers: [],
  spanTypes: [],
  rows: [],
  told: [],
});

const textOf = (value: KnownValue): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

const environmentOf = (values: readonly KnownValue[], resourceValues: readonly KnownValue[]): string | null =>
  textOf(values[SLOT.environmentName]) ??
  textOf(resourceValues[SLOT.environmentName]) ??
  textOf(values[SLOT.environment]) ??
  textOf(resourceValues[SLOT.environment]);

const noteOnce = <T extends string>(list: T[], text: T | null): void => {
  if (text !== null && text.length > 0 && !list.includes(text)) list.push(text);
};

const keepBytes = (group: SpanGroup, view: SpanView, part: ScopePart): void => {
  const { runs, body } = group;
  const last = runs[runs.length - 1];
  if (last?.part === part) last.bounds.push(view.offset, view.end);
  else runs.push({ part, bounds: [view.offset, view.end] });
  const at = group.spans++ * SPAN_ID_BYTES;
  if (at === group.spanIds.length) group.spanIds = Buffer.concat([group.spanIds], at * 2);
  body.copy(group.spanIds, at, view.spanIdOffset, view.spanIdOffset + SPAN_ID_BYTES);
};

const noteTimes = (group: SpanGroup, view: SpanView): void => {
  if (view.startHigh < group.startHigh || (view.startHigh === group.startHigh && view.startLow < group.startLow)) {
    group.startHigh = view.startHigh;
    group.startLow = view.startLow;
  }
  if (view.endHigh === 0 && view.endLow === 0) group.unfinishedSpans++;
  else if (view.endHigh > group.endHigh || (view.endHigh === group.endHigh && view.endLow > group.endLow)) {
    group.endHigh = view.endHigh;
    group.endLow = view.endLow;
  }
};

const noteFailure = (group: SpanGroup, view: SpanView): string | null => {
  if (view.statusCode !== STATUS_ERROR) return null;
  group.errorCount++;
  const errorType = textOf(view.values[SLOT.errorType]) ?? exceptionTypeOf(group.body, view.offset, view.end);
  noteOnce(group.errorTypes, errorType);
  return errorType;
};

const noteTags = (group: SpanGroup, value: KnownValue): void => {
  if (typeof value === 'string') noteOnce(group.tags, value);
  else if (Array.isArray(value)) for (const tag of value as readonly string[]) noteOnce(group.tags, tag);
};

const noteRoot = (group: SpanGroup, view: SpanView, errorType: string | null): void => {
  group.roots++;
  group.root = {
    ended: view.endHigh !== 0 || view.endLow !== 0,
    failed: view.statusCode === STATUS_ERROR,
    errorType,
    statusMessage:
      view.statusMessageOffset < 0
        ? null
        : group.body.toString('utf8', view.statusMessageOffset, view.statusMessageEnd) || null,
  };
};

const better = (group: SpanGroup, held: RankedText | null, text: string | null, view: SpanView): RankedText | null => {
  if (text === null || held?.rank === ROOT_RANK) return held;
  const rank = rankOf(group.body, view);
  return held === null || rank < held.rank ? { text, rank } : held;
};

/** The SDK of the root, else the least of the others' texts: told by the resource, it is the same for most spans. */
const noteSdk = (group: SpanGroup, text: string | null, isRoot: boolean): void => {
  const held = group.sdk;
  if (text === null || held?.rank === ROOT_RANK) return;
  if (isRoot) group.sdk = { text, rank: ROOT_RANK };
  else if (held === null || text < held.text) group.sdk = { text, rank: `1${text}` };
};

const reader = createFactsReader();

/** Names of events that say of a span what its own attributes would. */
const TELLING_EVENTS = ['gen_ai.evaluation.result', 'gen_ai.client.inference'].map((name) => Buffer.from(name));

const hasTellingEvent = (group: SpanGroup, view: SpanView): boolean => {
  if (view.eventCount === 0) return false;
  const span = group.body.subarray(view.offset, view.end);
  return TELLING_EVENTS.some((name) => span.includes(name));
};

/** A failure that the sender tells in its own way. */
const tellsStatus = ({ statusCode, values }: SpanView): boolean =>
  statusCode === STATUS_UNSET && toldStatusOf('unset', values[SLOT.statusLevel]) !== 'unset';

const hasComplexValue = ({ knownCount, knownSlots, values }: SpanView): boolean => {
  for (let at = 0; at < knownCount; at++) if (values[knownSlots[at] as number] === COMPLEX_VALUE) return true;
  return false;
};

const readFacts = (view: SpanView, scope: ScopePart): GenAiSpanFacts | null => {
  if (view.knownCount === 0) return null;
  const context = { scope, isRoot: view.parentIdOffset < 0 };
  return reader.readSlots(view.values as readonly (Json | undefined)[], view.knownSlots, view.knownCount, context);
};

const noteCustom = (group: SpanGroup, view: SpanView): void => {
  const custom = joinCustom(group.custom, group.body, view);
  if (custom === null) group.needsDocument = true;
  else group.custom = custom;
};

const noteGenAi = (group: SpanGroup, view: SpanView, part: ScopePart): GenAiSpanFacts | null => {
  if (hasComplexValue(view) || hasTellingEvent(group, view) || tellsStatus(view)) group.needsDocument = true;
  const facts = group.needsDocument ? null : readFacts(view, part);
  const type = facts?.type ?? 'span';
  group.isGenAi ||= facts !== null;
  noteOnce(group.spanTypes, type);
  noteOnce(group.models, type === 'span' ? null : (facts?.model ?? null));
  noteOnce(group.providers, facts?.provider ?? null);
  group.told.push(facts);
  group.rows.push(spanRow(group.body, view, part.name, facts, group.prices));
  return facts;
};

export const addSpan = (
  group: SpanGroup,
  view: SpanView,
  part: ScopePart,
  resourceValues: readonly KnownValue[],
  sdk: string | null,
): void => {
  const { values } = view;
  keepBytes(group, view, part);
  noteTimes(group, view);
  const errorType = noteFailure(group, view);
  if (view.parentIdOffset < 0) noteRoot(group, view, errorType);
  if (!group.needsDocument) noteCustom(group, view);
  const facts = noteGenAi(group, view, part);
  noteOnce(group.services, textOf(resourceValues[SLOT.serviceName]));
  noteSdk(group, sdk, view.parentIdOffset < 0);
  noteTags(group, values[SLOT.tags] ?? facts?.tags);

  if (group.name?.rank !== ROOT_RANK)
    group.name = better(group, group.name, group.body.toString('utf8', view.nameOffset, view.nameEnd), view);
  const user = textOf(values[SLOT.userId]) ?? facts?.user ?? textOf(values[SLOT.endUserId]);
  group.userId = better(group, group.userId, user, view);
  const session = textOf(values[SLOT.sessionId]) ?? facts?.session ?? textOf(values[SLOT.conversationId]);
  group.sessionId = better(group, group.sessionId, session, view);
  if (group.environment?.rank !== ROOT_RANK)
    group.environment = better(group, group.environment, environmentOf(values, resourceValues), view);
  group.weight = joinWeight(group.weight, group.body, view);
};

const FEW_SPANS = 16;

/** Few ids are compared with each other, more of them through a set. */
const hasRepeatedId = (ids: Buffer): boolean => {
  const count = ids.length / SPAN_ID_BYTES;
  if (count > FEW_SPANS) {
    const seen = new Set<string>();
    for (let at = 0; at < ids.length; at += SPAN_ID_BYTES) seen.add(ids.toString('latin1', at, at + SPAN_ID_BYTES));
    return seen.size < count;
  }
  for (let a = SPAN_ID_BYTES; a < ids.length; a += SPAN_ID_BYTES) {
    const high = ids.readInt32LE(a);
    for (let b = 0; b < a; b += SPAN_ID_BYTES)
      if (ids.readInt32LE(b) === high && ids.readInt32LE(b + 4) === ids.readInt32LE(a + 4)) return true;
  }
  return false;
};

/** Null where a span id comes twice, more than one span is a root or one needs it: the document then decides. */
export const factsOf = (group: SpanGroup): SpanFacts | null => {
  const spanIds = group.spanIds.subarray(0, group.spans * SPAN_ID_BYTES);
  if (group.roots > 1 || group.needsDocument || hasRepeatedId(spanIds)) return null;
  return {
    spanIds,
    startUnixNano: (BigInt(group.startHigh) << 32n) | BigInt(group.startLow),
    endUnixNano: (BigInt(group.endHigh) << 32n) | BigInt(group.endLow),
    unfinishedSpans: group.unfinishedSpans,
    errorCount: group.errorCount,
    services: group.services,
    errorTypes: group.errorTypes,
    tags: group.tags,
    root: group.root,
    name: group.name,
    userId: group.userId,
    sessionId: group.sessionId,
    environment: group.environment,
    weight: group.weight,
    custom: group.custom,
    sdk: group.sdk,
    genAi: {
      isSaid: group.isGenAi,
      models: group.models,
      providers: group.providers,
      spanTypes: group.spanTypes,
      rows: group.rows,
      told: group.told,
    },
  };
};
