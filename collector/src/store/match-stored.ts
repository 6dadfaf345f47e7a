import {
  createFactsReader,
  createSubstringFinder,
  type DocumentOptions,
  documentTexts,
  type Fragment,
  matchTexts,
  otlpTexts,
  toTraceDocument,
  type TraceDocument,
} from 'noveum-proto';

import type { TextMatch } from './text-index.js';
import { shownMatches } from './shown-match.js';
import type { TraceText } from './text-index.js';
import type { ShownMatch, TextAsked } from './trace-store.js';

export interface StoredMatch {
  /** null: the trace doesn't answer. */
  readonly matches: readonly ShownMatch[] | null;
  /** UTF-16 code units that were looked into. */
  readonly units: number;
}

/**
 * Looks for what is asked in the texts of a trace as it is stored. `isShown`: what was found is to be shown; else it is
 * only told that something was.
 */
export type MatchStored = (fragments: readonly Fragment[], isShown: boolean) => StoredMatch;

const NOTHING: StoredMatch = { matches: null, units: 0 };

const facts = createFactsReader();

/** Of a tool's span what goes in and out is the tool's, by whatever name it was sent. */
const toolSpansOf = (document: TraceDocument, matches: readonly TextMatch[]): ReadonlySet<string> => {
  const wanted = new Set(matches.map(({ spanId }) => spanId));
  const tools = document.spans.filter(
    ({ attributes, parent_span_id: parent, scope, span_id: id }) =>
      wanted.has(id) && facts.read(attributes, { scope, isRoot: parent === null })?.type === 'tool',
  );
  return new Set(tools.map(({ span_id: id }) => id));
};

const labelled = (document: TraceDocument, matches: readonly TextMatch[]): readonly TextMatch[] => {
  const tools = toolSpansOf(document, matches);
  return matches.map((match) =>
    match.spanId !== null && tools.has(match.spanId) && (match.field === 'prompt' || match.field === 'response')
      ? { ...match, field: 'tool' }
      : match,
  );
};

type FindMatches = (texts: readonly TraceText[]) => readonly TextMatch[] | null;

const findWords =
  ({ query }: TextAsked & { mode: 'words' }): FindMatches =>
  (texts) => {
    const highlights = matchTexts(
      texts.map(({ text }) => text),
      query,
    );
    if (highlights === null) return null;
    return texts.flatMap((text, at) => {
      const ofText = highlights[at] ?? [];
      return ofText.length === 0 ? [] : [{ ...text, highlights: ofText }];
    });
  };

const findNeedle = ({ needle }: TextAsked & { mode: 'substring' }): FindMatches => {
  const find = createSubstringFinder(needle);
  return (texts) => {
    const matches = texts.flatMap((text) => {
      const highlights = find(text.text);
      return highlights === null ? [] : [{ ...text, highlights }];
    });
    return matches.length === 0 ? null : matches;
  };
};

const textsOf = (fragments: readonly Fragment[], document: () => TraceDocument | null): readonly TraceText[] | null => {
  const [first, ...more] = fragments;
  const read = first?.kind === 'otlp-spans' && more.length === 0 ? otlpTexts(first.payload) : null;
  if (read !== null) return read;
  const whole = document();
  return whole === null ? null : documentTexts(whole);
};

export const matchStored = (asked: TextAsked, limits: Pick<DocumentOptions, 'maxValueBytes'> = {}): MatchStored => {
  const find = asked.mode === 'words' ? findWords(asked) : findNeedle(asked);
  return (fragments, isShown) => {
    const document = (): TraceDocument | null => toTraceDocument(fragments, limits);
    const texts = textsOf(fragments, document);
    if (texts === null) return NOTHING;
    let units = 0;
    for (const { text } of texts) units += text.length;
    const found = find(texts);
    if (found === null) return { matches: null, units };
    const whole = isShown ? document() : null;
    return { matches: whole === null ? [] : shownMatches(labelled(whole, found)), units };
  };
};
