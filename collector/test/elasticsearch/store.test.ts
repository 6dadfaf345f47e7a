import { traceStoreContract } from '../../src/store/contract/index.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { pooledStores } from './pooled-store.js';

/** Properties over many stores, each of which is asked over HTTP. */
jest.setTimeout(240_000);

describeWithElasticsearch('on Elasticsearch', (cluster) => {
  traceStoreContract('the Elasticsearch store', pooledStores(cluster), ['facts']);
});
