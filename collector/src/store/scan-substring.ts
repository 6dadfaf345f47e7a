import { createSubstringFinder } from 'noveum-proto';

import type { TextMatch } from './search-texts.js';
import type { TextPlace, TraceText } from './text-index.js';

/** A trace with its texts, as a scan comes to it. */
export interface ScannedTrace extends TextPlace {
  readonly texts: readonly TraceText[];
}

export interface SubstringHit extends TextPlace {
  readonly matches: readonly TextMatch[];
}

export interface SubstringScan {
  readonly hits: readonly SubstringHit[];
  /** The trace looked into last, where there may be more after it; null: all were looked into. */
  readonly next: TextPlace | null;
  /** `limit`: enough was found; `bytes`: too much was read, so that what follows is not known; `end`: neither. */
  readonly stoppedAt: 'end' | 'limit' | 'bytes';
  /** UTF-16 code units of the texts looked into. */
  readonly scannedUnits: number;
}

export interface SubstringScanOptions {
  /** As it stands, in upper or lower case; not empty. */
  readonly needle: string;
  readonly limit: number;
  /** Stops after the trace with which it is passed. */
  readonly maxUnits: number;
  readonly signal?: AbortSignal;
}

/** Looks for a string in the texts of traces, in the order in which they come. Throws where `signal` aborts. */
export const scanSubstring = async (
  traces: AsyncIterable<ScannedTrace>,
  { needle, limit, maxUnits, signal }: SubstringScanOptions,
): Promise<SubstringScan> => {
  const find = createSubstringFinder(needle);
  const hits: SubstringHit[] = [];
  let scannedUnits = 0;
  let next: TextPlace | null = null;
  for await (const { texts, startUnixNano, traceKey, project } of traces) {
    signal?.throwIfAborted();
    if (hits.length >= limit) return { hits, next, stoppedAt: 'limit', scannedUnits };
    if (scannedUnits >= maxUnits) return { hits, next, stoppedAt: 'bytes', scannedUnits };
    next = { startUnixNano, traceKey, project };
    const matches: TextMatch[] = [];
    for (const text of texts) {
      scannedUnits += text.text.length;
      const highlights = find(text.text);
      if (highlights !== null) matches.push({ ...text, highlights });
    }
    if (matches.length > 0) hits.push({ ...next, matches });
  }
  return { hits, next: null, stoppedAt: 'end', scannedUnits };
};
