import { createFactsReader, createSubstringFinder, documentTexts, matchTexts, type TraceDocument } from 'noveum-proto';

import type { TextMatch } from './search-texts.js';
import { shownMatches } from './shown-match.js';
import type { TraceText } from './text-index.js';
import type { ShownMatch, TextAsked } from './trace-store.js';

export interface StoredMatch {
  /** null: the trace doesn't answer. */
  readonly matches: readonly ShownMatch[] | null;
  /** UTF-16 code units that were looked into. */
  readonly units: number;
}

/** Looks for what is asked in the texts of a trace, given as the document into which nothing was derived. */
export type MatchStored = (document: TraceDocument) => StoredMatch;

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

export const matchStored = (asked: TextAsked): MatchStored => {
  const find = asked.mode === 'words' ? findWords(asked) : findNeedle(asked);
  return (document) => {
    const texts = documentTexts(document);
    let units = 0;
    for (const { text } of texts) units += text.length;
    const found = find(texts);
    return { matches: found === null ? null : shownMatches(labelled(document, found)), units };
  };
};
