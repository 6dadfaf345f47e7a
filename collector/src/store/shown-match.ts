import type { Highlight } from 'noveum-proto';

import type { TextMatch } from './text-index.js';
import type { ShownMatch } from './trace-store.js';

/** So many of a trace are shown: the rest is in the trace. */
const MAX_MATCHES = 5;
const MAX_HIGHLIGHTS = 10;
const SNIPPET_UNITS = 200;
/** What stands before the first thing found. */
const LEAD_UNITS = 60;

const isLowSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** Cuts no character in two. */
const boundary = (text: string, at: number): number => (at > 0 && isLowSurrogate(text, at) ? at - 1 : at);

const shownMatch = ({ field, highlights, spanId, text }: TextMatch): ShownMatch => {
  const first = highlights[0] ?? { start: 0, end: 0 };
  const lead = Math.max(0, Math.min(first.start - LEAD_UNITS, text.length - SNIPPET_UNITS));
  const start = boundary(text, lead);
  const end = boundary(text, Math.min(text.length, start + SNIPPET_UNITS));
  const within = (highlight: Highlight): Highlight[] =>
    highlight.start >= end ? [] : [{ start: highlight.start - start, end: Math.min(highlight.end, end) - start }];
  return {
    field,
    span_id: spanId,
    snippet: text.slice(start, end),
    snippet_start: start,
    highlights: highlights.slice(0, MAX_HIGHLIGHTS).flatMap(within),
  };
};

/** Different texts first come, first shown: a conversation repeats its messages. */
export const shownMatches = (matches: readonly TextMatch[]): readonly ShownMatch[] => {
  const shown = new Map<string, ShownMatch>();
  for (const match of matches) {
    if (shown.size >= MAX_MATCHES) break;
    const place = `${match.field} ${match.text}`;
    if (!shown.has(place)) shown.set(place, shownMatch(match));
  }
  return [...shown.values()];
};
