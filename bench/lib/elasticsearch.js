import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { resolveElasticsearch } from '../../collector/dist/config/resolve-elasticsearch.js';
import { connect } from '../../collector/dist/store/elasticsearch/client/index.js';

/** Settings of a collector on Elasticsearch, beside its data directory: it is alone in its indices. */
const settingsFileOf = (dataDir) => `${dataDir}.elasticsearch.json`;

const prefixOf = (dataDir) => `bench-${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;

/** A client of the cluster at `ELASTICSEARCH_URL`. Throws where it isn't said. */
export const connectToCluster = () => {
  const { errors, value } = resolveElasticsearch(undefined, process.env, (path) => readFileSync(path, 'utf8'));
  if (value === null || errors.length > 0)
    throw new Error(['--store elasticsearch needs ELASTICSEARCH_URL', ...errors].join('\n'));
  return connect(value.connection);
};

const withClient = async (use) => {
  const client = connectToCluster();
  try {
    return await use(client);
  } finally {
    await client.close();
  }
};

/** The flags of a collector whose store is `store`. */
export const storeFlags = async (dataDir, store) => {
  if (store !== 'elasticsearch') return ['--store', store];
  const file = settingsFileOf(dataDir);
  await writeFile(file, JSON.stringify({ elasticsearch: { prefix: prefixOf(dataDir) } }), { mode: 0o600 });
  return ['--store', store, '--config', file];
};

const isElsewhere = (dataDir) => existsSync(settingsFileOf(dataDir));

/** Makes all that is stored seen by every read, which on Elasticsearch takes its refresh interval. */
export const makeSeen = async (dataDir) => {
  if (isElsewhere(dataDir)) await withClient((client) => client.indices.refresh({ index: `${prefixOf(dataDir)}-*` }));
};

/** Bytes of the indices that a data directory's collector writes; 0: its store is in the directory. */
export const indexBytes = async (dataDir) => {
  if (!isElsewhere(dataDir)) return 0;
  const stats = await withClient((client) =>
    client.indices.stats({ index: `${prefixOf(dataDir)}-*`, metric: 'store', filter_path: '_all.primaries.store' }),
  );
  return stats._all?.primaries?.store?.size_in_bytes ?? 0;
};

const MISSING = { ignore: [404] };

/** Removes all that a collector has made in the cluster; nothing where its store was another. */
export const removeIndices = async (dataDir) => {
  if (!isElsewhere(dataDir)) return;
  const prefix = prefixOf(dataDir);
  await withClient(async (client) => {
    const indices = Object.keys(await client.indices.get({ index: `${prefix}-*`, features: ['aliases'] }));
    if (indices.length > 0) await client.indices.delete({ index: indices });
    const { index_templates: templates = [] } = await client.indices.getIndexTemplate({ name: `${prefix}-*` }, MISSING);
    for (const { name } of templates) await client.indices.deleteIndexTemplate({ name }, MISSING);
    const { component_templates: components = [] } = await client.cluster.getComponentTemplate(
      { name: `${prefix}-*` },
      MISSING,
    );
    for (const { name } of components) await client.cluster.deleteComponentTemplate({ name }, MISSING);
    await client.ilm.deleteLifecycle({ name: `${prefix}-traces-policy` }, MISSING);
  });
};
