import type { Prices } from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import type { TraceFragment } from '../store/index.js';
import { logFragments, projectOfLogs } from './log-fragments.js';
import { nativeFragments, projectOfNative } from './native-fragments.js';
import { otlpFragments } from './otlp-fragments.js';
import { projectOfResource, senderProject } from './sender-project.js';
import { createPayloadArena, type PayloadArena } from './trace-payload.js';

export { createPayloadArena, type PayloadArena };

export { createRecordSplitter } from './split-record.js';
export { type RecordTexts, textsOfFragment, textsOfRecord } from './record-texts.js';

/** How a sender without a key names its project, in each form. */
export const senderProjects = {
  ofNames: senderProject,
  ofResource: projectOfResource,
  ofLogs: projectOfLogs,
  ofNative: (trace: Readonly<Record<string, unknown>>): string => projectOfNative(trace),
} as const;

const FRAGMENTS_OF = {
  'otlp-traces': otlpFragments,
  'otlp-logs': logFragments,
  native: nativeFragments,
} as const satisfies Record<
  JournalRecord['format'],
  (record: JournalRecord, arena: PayloadArena, prices: Prices | null) => TraceFragment[]
>;

/**
 * What a request said of each trace; payloads may lie in the arena, and are valid until it is reset. Throws where
 * the body never passed decode. Calls have a price where there are prices and none was sent.
 */
export const fragmentsOf = (
  record: JournalRecord,
  arena: PayloadArena = createPayloadArena(),
  prices: Prices | null = null,
): TraceFragment[] => FRAGMENTS_OF[record.format](record, arena, prices);
