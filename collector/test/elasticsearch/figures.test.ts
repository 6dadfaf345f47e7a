import { describeWithElasticsearch, type TestCluster } from '../support/elasticsearch/index.js';
import { analyticsContract } from '../../src/store/contract/analytics-contract.js';
import { facetsContract } from '../../src/store/contract/facets-contract.js';
import { groupsContract } from '../../src/store/contract/groups-contract.js';
import type { OpenStore } from '../../src/store/contract/stores.js';
import { createFigures } from '../../src/store/elasticsearch/read/figures/index.js';
import { createWholeReader, makeIndex, openWriter } from './writing-store.js';

/** Two indices under one alias, the older of one shard. */
const openStore = async (cluster: TestCluster): Promise<OpenStore> => {
  const client = cluster.client();
  const prefix = cluster.freshPrefix();
  const names = { alias: prefix, erasuresIndex: `${prefix}-erased` };
  await makeIndex(client, names, 1, false);
  await makeIndex(client, names, 2, true, 3);
  return {
    writer: openWriter(client, names),
    reader: { ...createWholeReader(client, names), ...createFigures(client, prefix) },
    destroy: async () => {
      await client.indices.delete({ index: `${prefix}-*` });
    },
  };
};

describeWithElasticsearch('figures on Elasticsearch', (cluster) => {
  const factory = () => openStore(cluster);
  describe('analytics', () => analyticsContract(factory, 'facts'));
  describe('facets', () => facetsContract(factory, 'facts'));
  describe('sessions and users', () => groupsContract(factory, 'facts'));
});
