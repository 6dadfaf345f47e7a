import type { Client } from '@elastic/elasticsearch';
import {
  INDEX_SETTINGS,
  type IndexContent,
  install,
  type InstallReport,
  namesOf,
  TRACE_MAPPING,
  TRACE_SETTINGS,
  turnWriteIndex,
} from 'noveum-proto/elasticsearch';

import { describeWithElasticsearch } from '../../../../test/support/elasticsearch/index.js';
import { type Fault, type SeenRequest, startFaultProxy } from '../../../../test/support/fault-proxy/index.js';
import type { ElasticsearchConfig } from '../../../config/index.js';
import { connect, transportOf } from '../client/index.js';

const MAPPING_VERSION: number = TRACE_MAPPING._meta.version;
const CONTENT: IndexContent = { version: MAPPING_VERSION, mappings: TRACE_MAPPING, settings: TRACE_SETTINGS };

/** The same documents as a later version would have them. */
const later = (by: number): IndexContent => {
  const version = MAPPING_VERSION + by;
  const properties = { ...TRACE_MAPPING.properties, [`new_in_${version}`]: { type: 'keyword' } };
  return { ...CONTENT, version, mappings: { ...TRACE_MAPPING, properties, _meta: { version } } };
};

describeWithElasticsearch('the installation', (cluster) => {
  const settings = (changes: Partial<ElasticsearchConfig> = {}): ElasticsearchConfig => ({
    connection: cluster.connection(),
    prefix: cluster.freshPrefix(),
    shards: 3,
    replicas: 1,
    refreshSeconds: 5,
    lifecycle: INDEX_SETTINGS.lifecycle,
    ...changes,
  });
  const installed = async (config: ElasticsearchConfig, content = CONTENT): Promise<InstallReport> => {
    const outcome = await install({ transport: transportOf(cluster.client()), config, content });
    if (outcome.status === 'failed') throw new Error(outcome.message);
    return outcome.report;
  };
  const month = new Date().toISOString().slice(0, 7);
  const writeIndexOf = async (alias: string): Promise<string | undefined> => {
    const aliases = await cluster.client().indices.getAlias({ name: alias });
    return Object.entries(aliases).find(([, { aliases: told }]) => told[alias]?.is_write_index === true)?.[0];
  };
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 200));
  };

  test('makes policy, templates, first index and write alias, as the documents have them', async () => {
    const config = settings();
    const names = namesOf(config.prefix);
    expect(await installed(config)).toMatchObject({ policy: 'made', writeIndex: 'made', isLifecycleRunning: true });
    const first = `${names.alias}-${month}-000001`;
    expect(await writeIndexOf(names.alias)).toBe(first);

    const { [names.policy]: policy } = await cluster.client().ilm.getLifecycle({ name: names.policy });
    const { number_of_data_nodes: nodes } = await cluster.client().cluster.health();
    const replicas = nodes === 1 ? {} : { allocate: { number_of_replicas: 1 } };
    expect(policy?.policy.phases).toMatchObject({
      hot: { actions: { rollover: { max_size: '10gb', max_age: '30d' }, set_priority: { priority: 100 } } },
      warm: { min_age: '7d', actions: { ...replicas, set_priority: { priority: 50 } } },
      cold: { min_age: '30d', actions: { ...replicas, set_priority: { priority: 0 } } },
      delete: { min_age: '365d', actions: { delete: {} } },
    });
    const { [first]: index } = await cluster.client().indices.get({ index: first, flat_settings: true });
    expect(index?.settings).toMatchObject({
      'index.number_of_shards': '3',
      'index.refresh_interval': '5s',
      'index.lifecycle.name': names.policy,
      'index.lifecycle.rollover_alias': names.alias,
    });
    expect(index?.mappings).toMatchObject({
      _meta: { version: MAPPING_VERSION },
      properties: { spans: { type: 'nested' } },
    });
  });

  test('of a cluster of one node is green, with a replica to come', async () => {
    const config = settings();
    await installed(config);
    const index = namesOf(config.prefix).pattern;
    const { status, number_of_data_nodes: nodes } = await cluster
      .client()
      .cluster.health({ index, wait_for_status: 'green' });
    expect(status).toBe('green');
    const found = await cluster.client().indices.getSettings({ index, flat_settings: true });
    const [{ settings: told } = {}] = Object.values(found) as readonly { settings?: Record<string, unknown> }[];
    expect(told?.['index.auto_expand_replicas']).toBe(nodes === 1 ? '0-1' : undefined);
  });

  test('done again changes nothing', async () => {
    const config = settings();
    const names = namesOf(config.prefix);
    await installed(config);
    const versions = async () => [
      (await cluster.client().ilm.getLifecycle({ name: names.policy }))[names.policy]?.version,
      Object.keys(await cluster.client().indices.get({ index: names.pattern })),
    ];
    const before = await versions();
    expect(await installed(config)).toMatchObject({
      policy: 'kept',
      templates: { [names.template]: 'kept', [names.settingsComponent]: 'kept', [names.mappingsComponent]: 'kept' },
      writeIndex: 'there',
    });
    expect(await versions()).toEqual(before);
  });

  test('done by six collectors at once makes one index', async () => {
    const config = settings();
    const names = namesOf(config.prefix);
    const reports = await Promise.all(Array.from({ length: 6 }, () => installed(config)));
    expect(reports.filter(({ writeIndex }) => writeIndex === 'made')).toHaveLength(1);
    expect(Object.keys(await cluster.client().indices.get({ index: names.pattern }))).toHaveLength(1);
    expect(await writeIndexOf(names.alias)).toBe(`${names.alias}-${month}-000001`);
  });

  test('takes up changed ages and sizes, and leaves an own policy of the operator alone', async () => {
    const config = settings();
    const { policy: name } = namesOf(config.prefix);
    await installed(config);
    const lifecycle = { ...config.lifecycle, warmAge: null, coldAge: null, deleteAge: '90d', rolloverSize: '1gb' };
    expect((await installed({ ...config, lifecycle })).policy).toBe('changed');
    const phases = (await cluster.client().ilm.getLifecycle({ name }))[name]?.policy.phases;
    expect(Object.keys(phases ?? {}).sort()).toEqual(['delete', 'hot']);
    expect(phases).toMatchObject({ delete: { min_age: '90d' }, hot: { actions: { rollover: { max_size: '1gb' } } } });
    await cluster.client().ilm.putLifecycle({ name, policy: { phases: { hot: { actions: {} } } } });
    expect((await installed(config)).policy).toBe('foreign');
    expect((await cluster.client().ilm.getLifecycle({ name }))[name]?.policy.phases).toMatchObject({
      hot: { actions: {} },
    });
  });

  test('a later version upgrades the template, an earlier one leaves it, and what was written before is read', async () => {
    const config = settings();
    const names = namesOf(config.prefix);
    await installed(config);
    await cluster.client().index({ index: names.alias, id: 'old', document: { project: 'p' }, refresh: true });
    expect((await installed(config, later(1))).templates).toMatchObject({ [names.mappingsComponent]: 'changed' });
    expect((await installed(config)).templates).toMatchObject({ [names.mappingsComponent]: 'newer' });
    await until(
      async () => (await turnWriteIndex(transportOf(cluster.client()), names, MAPPING_VERSION + 1)) === 'turned',
    );
    expect(await turnWriteIndex(transportOf(cluster.client()), names, MAPPING_VERSION)).toBe('kept');
    await cluster.client().index({
      index: names.alias,
      id: 'new',
      document: { project: 'p', [`new_in_${MAPPING_VERSION + 1}`]: 'x' },
      refresh: true,
    });
    const found = await cluster
      .client()
      .search({ index: names.alias, query: { term: { project: 'p' } }, _source: false });
    expect(found.hits.hits.map(({ _id }) => _id).sort()).toEqual(['new', 'old']);
    expect(
      await cluster
        .client()
        .count({ index: names.alias, query: { exists: { field: `new_in_${MAPPING_VERSION + 1}` } } }),
    ).toMatchObject({ count: 1 });
  });

  test("at the month's turn goes on in an index of the new month, once for all collectors", async () => {
    const config = settings({ shards: 1 });
    const names = namesOf(config.prefix);
    const ages = { warmAge: '1s', coldAge: '2s', deleteAge: '3s' };
    await installed({ ...config, lifecycle: { ...config.lifecycle, ...ages } });
    expect(await turnWriteIndex(transportOf(cluster.client()), names, MAPPING_VERSION)).toBe('kept');
    // As a collector has left it that made the index in the month before.
    await cluster.client().indices.delete({ index: `${names.alias}-${month}-000001` });
    const before = `${names.alias}-2026-10-000004`;
    await cluster.client().indices.create({ index: before, aliases: { [names.alias]: { is_write_index: true } } });
    const turns = async () =>
      Promise.all(
        Array.from({ length: 3 }, () => turnWriteIndex(transportOf(cluster.client()), names, MAPPING_VERSION)),
      );
    const outcomes: string[] = [];
    while (!outcomes.includes('turned')) {
      outcomes.push(...(await turns()));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(outcomes.filter((outcome) => outcome === 'turned')).toHaveLength(1);
    expect(await writeIndexOf(names.alias)).toBe(`${names.alias}-${month}-000005`);
    // The policy takes that rollover for its own.
    await until(async () => !(await cluster.client().indices.exists({ index: before })));
    expect(await writeIndexOf(names.alias)).toBe(`${names.alias}-${month}-000005`);
  });

  test('policies act: rolled over, kept green in the warm phase, deleted', async () => {
    const ages = { rolloverAge: '2s', warmAge: '1s', coldAge: '2s', deleteAge: '4s' };
    const config = settings({ shards: 1 });
    const names = namesOf(config.prefix);
    await installed({ ...config, lifecycle: { ...config.lifecycle, ...ages } });
    const first = `${names.alias}-${month}-000001`;
    await cluster.client().index({ index: names.alias, document: { project: 'p' } });
    await until(async () => (await writeIndexOf(names.alias)) !== first);
    await until(async () => !(await cluster.client().indices.exists({ index: first })));
    expect(await writeIndexOf(names.alias)).toMatch(new RegExp(`^${names.alias}-${month}-00000[2-9]$`));
  }, 120_000);

  test('gives indices that lost their alias the alias again, the latest for writes', async () => {
    const config = settings();
    const names = namesOf(config.prefix);
    await installed(config);
    await cluster.client().indices.rollover({ alias: names.alias });
    await cluster.client().indices.deleteAlias({ index: names.pattern, name: names.alias });
    expect((await installed(config)).writeIndex).toBe('adopted');
    expect(await writeIndexOf(names.alias)).toBe(`${names.alias}-${month}-000002`);
    expect(Object.keys(await cluster.client().indices.getAlias({ name: names.alias }))).toHaveLength(2);
  });

  describe('names what is missing', () => {
    const failure = async (rule: (request: SeenRequest) => Fault | null, config = settings(), changes = {}) => {
      const proxy = await startFaultProxy({ target: cluster.url(), ...changes });
      proxy.use(rule);
      const client: Client = connect({ ...config.connection, nodes: [proxy.url], requestTimeoutMillis: 5_000 });
      const outcome = await install({ transport: transportOf(client), config, content: CONTENT });
      await client.close();
      await proxy.close();
      return outcome.status === 'failed' ? [outcome.missing, outcome.message] : [outcome.status];
    };
    const on = (path: RegExp, fault: Fault) => (request: SeenRequest) =>
      path.test(`${request.method} ${request.path}`) ? fault : null;
    const info = (change: object) => (answer: unknown) => ({
      ...(answer as object),
      version: { ...(answer as { version: object }).version, ...change },
    });

    test.each(['7.17.29', '8.2.3', '10.0.0'])('a version that does not fit: %s', async (number) => {
      const found = await failure(on(/^GET \/$/, { kind: 'rewrite', change: info({ number }) }));
      expect(found).toEqual(['version', `Elasticsearch is of version ${number}; needed is 8.3 or newer, below 10`]);
    });

    test('another product', async () => {
      const asOther: Fault = { kind: 'status', status: 200, headers: { 'x-elastic-product': 'Other' }, body: {} };
      expect((await failure(on(/^GET \/$/, asOther)))[0]).toBe('version');
    });

    test.each([
      [/_ilm\/policy/, 'the right "manage_ilm" on the cluster is missing'],
      [/_component_template/, 'the right "manage_index_templates" on the cluster is missing'],
      [/^PUT \/(<|%3C)/, 'the right "manage" and "create_index" on the indices is missing'],
    ])('a right, where %s is forbidden', async (path, expected) => {
      const body = { error: { type: 'security_exception', reason: 'of user secret' }, status: 403 };
      const [missing, message] = await failure(on(path, { kind: 'status', status: 403, body }));
      expect(missing).toBe('right');
      expect(message).toContain(expected);
      expect(message).not.toContain('secret');
    });

    test('an API key', async () => {
      expect((await failure(() => null, settings(), { authorization: 'ApiKey a' }))[0]).toBe('login');
    });

    test('lifecycle policies', async () => {
      const uri = 'no handler found for uri [/_ilm/status] and method [GET]';
      const [missing, message] = await failure(on(/_ilm/, { kind: 'status', status: 400, body: { error: uri } }));
      expect([missing, message]).toEqual([
        'lifecycle',
        expect.stringContaining('has no index lifecycle management (ILM)'),
      ]);
    });

    test('a connection', async () => {
      expect((await failure(() => ({ kind: 'cut-before-send' })))[0]).toBe('connection');
      expect((await failure(() => ({ kind: 'status', status: 503 })))[0]).toBe('connection');
    });

    test('a name that is taken', async () => {
      const config = settings();
      const names = namesOf(config.prefix);
      await cluster.client().indices.putIndexTemplate({ name: names.template, index_patterns: [names.pattern] });
      expect(await failure(() => null, config)).toEqual([
        'name',
        `the template ${names.template} is there and not the collector's`,
      ]);
      const other = settings();
      const { alias } = namesOf(other.prefix);
      await cluster.client().indices.create({ index: alias });
      expect(await failure(() => null, other)).toEqual(['name', `${alias} is an index, where it has to be an alias`]);
    });

    test('what is cut short is finished by the next attempt, wherever it was cut', async () => {
      const config = settings();
      for (let cut = 2; cut < 16; cut++) {
        const found = await failure(({ place }) => (place === cut ? { kind: 'cut-after-send' } : null), config);
        if (found[0] === 'ok') break;
        expect(found[0]).toBe('connection');
      }
      expect(await installed(config)).toMatchObject({ policy: 'kept', writeIndex: 'there' });
    });
  });
});
