import { FACET_FIELDS, facetName, parseFacetQuery, type TraceAnswers } from '../query/index.js';
import { parsedFor } from './project-scope.js';
import type { Route } from './route.js';

/** The values that traces have, for completion. */
export const createFacetRoutes = (answers: TraceAnswers): Readonly<Record<string, Route>> => ({
  '/facets': {
    name: '/v1/facets',
    need: 'read',
    answer: async ({ search, principal }) => {
      const { query, applied } = parsedFor(principal, parseFacetQuery(search));
      return {
        kind: 'object',
        members: {
          facets: { text: await answers.facets(query) },
          fields: { value: FACET_FIELDS.map(facetName) },
          filters_applied: { value: applied },
        },
      };
    },
  },
});
