import type { Client } from '@elastic/elasticsearch';

import type { TestCluster } from '../support/elasticsearch/index.js';
import { CONTRACT_PRICES } from '../../src/store/contract/prices.js';
import type { OpenStore, StoreFactory } from '../../src/store/contract/stores.js';
import { openElasticsearchReader } from '../../src/store/elasticsearch/read/index.js';
import { makeIndex, openWriter } from './writing-store.js';

interface Names {
  readonly alias: string;
  readonly erasuresIndex: string;
}

const DOCUMENTS_AT_ONCE = 10_000;

/** Emptied indices are cheaper than new ones, by the state of the cluster that all nodes have to agree on. */
const empty = async (client: Client, { alias }: Names): Promise<void> => {
  const index = `${alias}-*`;
  await client.indices.refresh({ index });
  for (;;) {
    const { hits } = await client.search({ index, size: DOCUMENTS_AT_ONCE, _source: false, sort: ['_doc'] });
    if (hits.hits.length === 0) return;
    const operations = hits.hits.map(({ _id, _index }) => ({
      delete: { _index, ...(_id === undefined ? {} : { _id }) },
    }));
    await client.bulk({ operations, refresh: true });
  }
};

/** Stores on one cluster, each alone in its indices. */
export const pooledStores = (cluster: TestCluster, shards = 1): StoreFactory => {
  const free: Names[] = [];

  const take = async (): Promise<Names> => {
    const held = free.pop();
    if (held !== undefined) return held;
    const alias = cluster.freshPrefix();
    const names = { alias, erasuresIndex: `${alias}-erased` };
    await makeIndex(cluster.client(), names, 1, true, shards);
    return names;
  };

  return async () => {
    const client = cluster.client();
    const names = await take();
    const open = (): OpenStore => ({
      writer: openWriter(client, names),
      reader: openElasticsearchReader({ client, ...names, prices: CONTRACT_PRICES, fewDocuments: 1, now: Date.now }),
      reopen: () => Promise.resolve(open()),
      destroy: async () => {
        await empty(client, names);
        free.push(names);
      },
    });
    return open();
  };
};
