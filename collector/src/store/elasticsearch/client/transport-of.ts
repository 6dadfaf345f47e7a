import type { Client } from '@elastic/elasticsearch';
import type { ElasticsearchTransport } from 'noveum-proto/elasticsearch';

import { faultOf } from './fault.js';

/** What the shared parts speak to a cluster by. */
export const transportOf = (client: Client): ElasticsearchTransport => ({
  request: <T>(
    { body, bulkBody, method, path, querystring }: Parameters<ElasticsearchTransport['request']>[0],
    ignore: readonly number[] = [],
  ) =>
    client.transport.request<T>(
      {
        method,
        path,
        ...(querystring === undefined ? {} : { querystring }),
        ...(body === undefined ? {} : { body }),
        ...(bulkBody === undefined ? {} : { bulkBody }),
      },
      { ignore: [...ignore] },
    ),
  faultOf,
});
