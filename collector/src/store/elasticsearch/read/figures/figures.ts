import type { Client } from '@elastic/elasticsearch';

import type { StoreAnalytics } from '../../../analytics.js';
import type { TraceReader } from '../../../trace-store.js';
import { facets } from './facets.js';
import { findGroups } from './groups.js';
import { summarise } from './summary.js';
import { timeseries } from './timeseries.js';

/** The half of the reading that counts: all of it by aggregations over the heads of an index or alias. */
export type StoreFigures = StoreAnalytics & Pick<TraceReader, 'facets' | 'groups'>;

export const createFigures = (client: Client, index: string): StoreFigures => ({
  summarise: (query) => summarise(client, index, query),
  timeseries: (query) => timeseries(client, index, query),
  facets: (query) => facets(client, index, query),
  groups: async (query) => findGroups(client, index, query),
});
