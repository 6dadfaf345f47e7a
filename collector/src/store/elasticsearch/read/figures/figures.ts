import type { Client } from '@elastic/elasticsearch';

import type { StoreAnalytics } from '../../../analytics.js';
import type { TraceReader } from '../../../trace-store.js';
import { facets } from './facets.js';
import { findGroups } from './groups.js';
import { FIGURE_LIMITS, type FigureLimits } from './limits.js';
import { summarise } from './summary.js';
import { timeseries } from './timeseries.js';

/** The half of the reading that counts. */
export type StoreFigures = StoreAnalytics & Pick<TraceReader, 'facets' | 'groups'>;

/**
 * Figures by aggregations over the heads of an index or alias, as they were at its last refresh. A trace that two indices
 * hold counts twice until the two are joined. A shard that doesn't answer makes a question fail: its part is not left out.
 */
export const createFigures = (client: Client, index: string, limits: FigureLimits = FIGURE_LIMITS): StoreFigures => ({
  summarise: (query) => summarise(client, index, query),
  timeseries: (query) => timeseries(client, index, query),
  facets: (query) => facets(client, index, query),
  groups: async (query) => findGroups(client, index, query, limits),
});
