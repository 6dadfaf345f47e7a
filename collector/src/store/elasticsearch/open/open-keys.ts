import { namesOf } from 'noveum-proto/elasticsearch';

import type { ElasticsearchConfig } from '../../../config/index.js';
import type { MetaStore } from '../../../meta/index.js';
import { connect } from '../client/index.js';
import { openElasticsearchMetaStore } from '../meta/index.js';

/** Opens the keys of a cluster with a connection of their own, which ends with them. */
export const openElasticsearchKeys = (config: ElasticsearchConfig): MetaStore => {
  const client = connect(config.connection);
  const { metaIndex: index } = namesOf(config.prefix);
  return {
    ...openElasticsearchMetaStore({ client, index, nowMillis: Date.now }),
    close: () => client.close(),
  };
};
