import type { Prices } from 'noveum-proto';
import { namesOf } from 'noveum-proto/elasticsearch';

import type { ElasticsearchConfig } from '../../../config/index.js';
import { connect } from '../client/index.js';
import { type ElasticsearchReader, openElasticsearchReader as openReader } from '../read/index.js';

export interface OpenReaderOptions {
  readonly config: ElasticsearchConfig;
  readonly maxValueBytes: number;
  /** Payload of a trace that documents are made of here; default: the reader's own. */
  readonly maxDocumentBytes?: number;
  readonly prices: Prices;
}

/** Opens a read side with a connection of its own, which ends with it. */
export const openElasticsearchReader = ({ config, ...reading }: OpenReaderOptions): ElasticsearchReader => {
  const client = connect(config.connection);
  const { alias, erasuresIndex } = namesOf(config.prefix);
  const reader = openReader({ client, alias, erasuresIndex, now: Date.now, ...reading });
  return {
    ...reader,
    async close() {
      await reader.close();
      await client.close();
    },
  };
};
