import type { JournalRecord } from '../journal/index.js';
import type { TraceFragment } from '../store/index.js';
import { logFragments } from './log-fragments.js';
import { nativeFragments } from './native-fragments.js';
import { otlpFragments } from './otlp-fragments.js';

const FRAGMENTS_OF = {
  'otlp-traces': otlpFragments,
  'otlp-logs': logFragments,
  native: nativeFragments,
} as const satisfies Record<JournalRecord['format'], (record: JournalRecord) => TraceFragment[]>;

/** What a request said of each trace. Throws where the body never passed decode. */
export const fragmentsOf = (record: JournalRecord): TraceFragment[] => FRAGMENTS_OF[record.format](record);
