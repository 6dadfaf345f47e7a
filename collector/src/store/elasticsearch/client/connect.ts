import { Client, type ClientOptions } from '@elastic/elasticsearch';

import type { ElasticsearchConnection } from '../../../config/index.js';
import { pinnedConnector } from './pinned-connector.js';

const authOf = ({ auth }: ElasticsearchConnection): Pick<ClientOptions, 'auth'> => {
  if (auth === null) return {};
  return auth.kind === 'api-key'
    ? { auth: { apiKey: auth.apiKey } }
    : { auth: { username: auth.username, password: auth.password } };
};

/** The client's own check of a fingerprint takes a chain that nobody has signed. */
const trustOf = ({ ca, fingerprint }: ElasticsearchConnection): Pick<ClientOptions, 'agent' | 'tls'> => {
  // The HTTP client takes this option, its types don't tell of it.
  if (fingerprint !== null) return { agent: { connect: pinnedConnector(fingerprint) } as ClientOptions['agent'] & {} };
  return ca === null ? {} : { tls: { ca } };
};

/**
 * A client of the cluster, which connects at its first request and is to be closed. Requests are tried once: who asks
 * knows whether a repetition is harmless. Throws where the settings contradict each other, which those that were
 * resolved by config don't.
 */
export const connect = (connection: ElasticsearchConnection): Client =>
  new Client({
    ...(connection.cloudId === null ? { nodes: [...connection.nodes] } : { cloud: { id: connection.cloudId } }),
    ...authOf(connection),
    ...trustOf(connection),
    requestTimeout: connection.requestTimeoutMillis,
    compression: connection.compression === 'gzip',
    maxRetries: 0,
    enableMetaHeader: false,
    name: 'noveum-collector',
  });
