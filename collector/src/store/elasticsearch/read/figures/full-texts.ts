import { tagTerms, type TraceSummary } from 'noveum-proto';
import { isCutKeyword, keywordOf, summaryOfField } from 'noveum-proto/elasticsearch';

import type { Searches } from './searches.js';

const textsOf = (trace: TraceSummary): readonly (string | null)[] => [
  trace.name,
  trace.environment,
  trace.metadata.user_id,
  trace.metadata.session_id,
  ...trace.services,
  ...trace.models,
  ...trace.providers,
  ...trace.error_types,
  ...tagTerms(trace.metadata.tags),
];

/** What these keywords of a field stand for: the few that were too long for a term are looked up in a trace. */
export const fullTexts = async (
  searches: Searches,
  field: string,
  keywords: readonly string[],
): Promise<(keyword: string) => string> => {
  const texts = new Map<string, string>();
  for (const keyword of new Set(keywords.filter(isCutKeyword))) {
    const stored = await searches.anySummary({ term: { [field]: keyword } });
    const text =
      stored === null
        ? null
        : textsOf(summaryOfField(stored)).find((one) => one !== null && keywordOf(one) === keyword);
    texts.set(keyword, text ?? keyword);
  }
  return (keyword) => texts.get(keyword) ?? keyword;
};
