import type { Client } from '@elastic/elasticsearch';

import { connect } from '../../src/store/elasticsearch/client/index.js';
import { NODE_START_TIMEOUT_MILLIS, type OwnNode, startOwnNode } from '../support/elasticsearch/index.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { describeWithTool } from '../support/tools.js';
import { createClusterCollectors, type Json } from './cluster-collector.js';
import { allOf, countStored } from './count-stored.js';
import { createFaultLoad, untilSo, untilStored } from './fault-load.js';

jest.setTimeout(NODE_START_TIMEOUT_MILLIS);

const codeOf = (health: Json): unknown =>
  (health['parts'] as { readonly store?: { readonly code?: string } } | undefined)?.store?.code;

const connectionTo = (url: string) => ({
  nodes: [url],
  cloudId: null,
  auth: null,
  ca: null,
  fingerprint: null,
  requestTimeoutMillis: 30_000,
  compression: 'none' as const,
});

describeWithTool(['javac', 'mvn', 'curl'], 'a node', () => {
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

  test('that is killed while it works at a bulk request has everything once, when it is back', async () => {
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

  /** So much has to be free, and the node itself closes and opens its indices by that. */
  const wantFree = (bytes: string) =>
    client.cluster.putSettings({
      persistent: {
        'cluster.routing.allocation.disk.threshold_enabled': true,
        'cluster.info.update.interval': '10s',
        ...Object.fromEntries(
          ['low', 'high', 'flood_stage'].map((name) => [`cluster.routing.allocation.disk.watermark.${name}`, bytes]),
        ),
      },
    });

  test('whose disk is at the watermark takes no writes, and has everything once, when there is room again', async () => {
    const load = createFaultLoad();
    const collector = await collectors.start({ url: proxy.url, prefix: 'full' });
    await load.send(collector, 2);
    await untilStored(collector);
    const isClosed = async () =>
      Object.values(await client.indices.getSettings({ index: 'full-traces' })).some(
        ({ settings }) => String(settings?.index?.blocks?.read_only_allow_delete) === 'true',
      );
    await wantFree('1000tb');
    await untilSo(isClosed, () => 'the node did not close its indices');
    await load.send(collector, 10);
    await collector.until('/health', (health) => codeOf(health) === 'ELASTICSEARCH_READ_ONLY');
    await wantFree('1b');
    expect(await countStored(load, collector, client, 'full')).toEqual(allOf(load));
    expect(await isClosed()).toBe(false);
    await collector.until('/health', (health) => health['status'] === 'healthy');
  });
});
