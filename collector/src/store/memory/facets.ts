import type { TraceSummary } from 'noveum-proto';

import { beginsWith, type Facet, type FacetField, type FacetQuery, type Facets, mostFirst } from '../facet-query.js';
import { matches, tagNames, textValues } from '../matches.js';

const valuesOf = (trace: TraceSummary, field: FacetField): readonly string[] =>
  field === 'tag' ? tagNames(trace.metadata.tags) : textValues(trace, field).filter((value) => value !== null);

const facetOf = (traces: readonly TraceSummary[], field: FacetField, { prefix, limit }: FacetQuery): Facet => {
  const fits = beginsWith(prefix);
  const counts = new Map<string, number>();
  for (const trace of traces)
    for (const value of new Set(valuesOf(trace, field)))
      if (fits(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return { values: mostFirst(counts, limit), totalValues: counts.size, relation: 'eq' };
};

/** What facets mean, said over documents. */
export const facetsOf = (documents: readonly TraceSummary[], query: FacetQuery): Facets => {
  const traces = documents.filter((document) => matches(document, query.filter));
  return new Map(query.fields.map((field) => [field, facetOf(traces, field, query)]));
};
