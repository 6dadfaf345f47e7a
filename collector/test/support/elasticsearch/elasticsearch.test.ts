import { Client } from '@elastic/elasticsearch';

import { describeWithTool } from '../tools.js';
import { describeWithElasticsearch, NODE_START_TIMEOUT_MILLIS, startOwnNode } from './index.js';

describeWithElasticsearch('the cluster of the tests', (cluster) => {
  test('is Elasticsearch 8 with lifecycle policies', async () => {
    const { version } = await cluster.client().info();
    expect(version.number).toMatch(/^8\./);
    await expect(cluster.client().ilm.getStatus()).resolves.toMatchObject({ operation_mode: 'RUNNING' });
  });

  test('gives every test names of its own', () => {
    expect(cluster.freshPrefix()).not.toBe(cluster.freshPrefix());
  });
});

describeWithTool(['javac', 'mvn', 'curl'], 'a node of one test', () => {
  test(
    'keeps what it acknowledged over a SIGKILL',
    async () => {
      const node = await startOwnNode();
      const client = new Client({ node: node.url });
      try {
        await client.index({ index: 'kept', id: '1', document: { a: 1 } });
        await node.kill();
        await expect(client.ping()).rejects.toThrow();
        await node.resume();
        await expect(client.get({ index: 'kept', id: '1' })).resolves.toMatchObject({ _source: { a: 1 } });
      } finally {
        await client.close();
        await node.stop();
      }
    },
    2 * NODE_START_TIMEOUT_MILLIS,
  );
});
