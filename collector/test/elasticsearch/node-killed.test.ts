import type { Client } from '@elastic/elasticsearch';

import { connect } from '../../src/store/elasticsearch/client/index.js';
import { NODE_START_TIMEOUT_MILLIS, type OwnNode, startOwnNode } from '../support/elasticsearch/index.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { describeWithTool } from '../support/tools.js';
import { createClusterCollectors } from './cluster-collector.js';
import { allOf, countStored } from './count-stored.js';
import { createFaultLoad } from './fault-load.js';

jest.setTimeout(NODE_START_TIMEOUT_MILLIS);

const connectionTo = (url: string) => ({
  nodes: [url],
  cloudId: null,
  auth: null,
  ca: null,
  fingerprint: null,
  requestTimeoutMillis: 30_000,
  compression: 'none' as const,
});

describeWithTool(['javac', 'mvn', 'curl'], 'a node that is killed', () => {
  const collectors = createClusterCollectors();
  let node: OwnNode;
  let proxy: FaultProxy;
  let client: Client;
  beforeAll(async () => {
    node = await startOwnNode();
    proxy = await startFaultProxy({ target: node.url });
    client = connect(connectionTo(node.url));
  }, NODE_START_TIMEOUT_MILLIS);
  afterAll(async () => {
    await collectors.stopAll();
    collectors.remove();
    await client.close();
    await proxy.close();
    await node.stop();
  });

  test('while it works at a bulk request has everything once, when it is back', async () => {
    const load = createFaultLoad();
    const collector = await collectors.start({ url: proxy.url, prefix: 'killed' });
    await load.send(collector, 2);
    const isAtWork = new Promise<void>((resolve) => {
      proxy.use(({ path }) => {
        if (path === '/_bulk') resolve();
        return null;
      });
    });
    const sending = load.send(collector, 30);
    await isAtWork;
    await node.kill();
    await sending;
    proxy.use(null);
    await load.send(collector, 10);
    await collector.until('/health', (health) => health['status'] === 'degraded');
    await node.resume();
    await client.cluster.health({ wait_for_status: 'yellow', timeout: '60s' });
    expect(await countStored(load, collector, client, 'killed')).toEqual(allOf(load));
  });
});
