import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Client } from '@elastic/elasticsearch';

import type { ElasticsearchConnection } from '../../../src/config/index.js';
import { resolveElasticsearch } from '../../../src/config/resolve-elasticsearch.js';
import { connect } from '../../../src/store/elasticsearch/client/index.js';
import { describeWithTool } from '../tools.js';
import { NODE_START_TIMEOUT_MILLIS, sharedNodeUrl } from './node.js';
import { removeEverythingOf } from './remove.js';

/** What a suite gets; its members are there from `beforeAll` on. */
export interface TestCluster {
  /** Of its first node. */
  url(): string;
  /** To give to what connects by itself. */
  connection(): ElasticsearchConnection;
  client(): Client;
  /** A name that no other test has, for all that this one makes; whatever begins with it is removed after the suite. */
  freshPrefix(): string;
}

/** `ELASTICSEARCH_URL` and what goes with it: key, user, authority. */
const connectionOfRun = async (): Promise<ElasticsearchConnection> => {
  const env = process.env.ELASTICSEARCH_URL === undefined ? { ELASTICSEARCH_URL: await sharedNodeUrl() } : process.env;
  const { value, errors } = resolveElasticsearch(undefined, env, (path) => readFileSync(path, 'utf8'));
  if (value === null || errors.length > 0) throw new Error(errors.join('\n'));
  return value.connection;
};

const describeCluster = (name: string, suite: (cluster: TestCluster) => void): void => {
  describe(name, () => {
    let open: { readonly connection: ElasticsearchConnection; readonly client: Client } | undefined;
    const prefixes: string[] = [];
    const there = () => {
      if (open === undefined) throw new Error('the cluster is there from beforeAll on');
      return open;
    };

    beforeAll(async () => {
      const connection = await connectionOfRun();
      open = { connection, client: connect(connection) };
    }, NODE_START_TIMEOUT_MILLIS);
    afterAll(async () => {
      if (open === undefined) return;
      for (const prefix of prefixes) await removeEverythingOf(prefix, open.client);
      await open.client.close();
    });

    suite({
      url: () => there().connection.nodes[0] ?? '',
      connection: () => there().connection,
      client: () => there().client,
      freshPrefix: () => {
        const prefix = `nt-${randomBytes(6).toString('hex')}`;
        prefixes.push(prefix);
        return prefix;
      },
    });
  });
};

/**
 * A suite on a real Elasticsearch: the cluster at `ELASTICSEARCH_URL`, else a node that is started once for the whole
 * run. Without Java and Maven it is skipped by name; with CI=true that fails.
 */
export const describeWithElasticsearch = (name: string, suite: (cluster: TestCluster) => void): void => {
  if (process.env.ELASTICSEARCH_URL !== undefined) describeCluster(name, suite);
  else describeWithTool(['javac', 'mvn', 'curl'], name, () => describeCluster('on a node of the run', suite));
};
