import type { Client } from '@elastic/elasticsearch';

/** What isn't there is no error. */
const NONE = { ignore: [404] };

/** Removes every index, template and policy whose name begins with `prefix`, each by its name. */
export const removeEverythingOf = async (prefix: string, client: Client): Promise<void> => {
  const ours = (name: string) => name.startsWith(prefix);
  const indices = await client.indices.get({ index: `${prefix}*`, expand_wildcards: 'all', features: ['aliases'] });
  const names = Object.keys(indices).filter(ours);
  if (names.length > 0) await client.indices.delete({ index: names, ignore_unavailable: true });
  const { index_templates } = await client.indices.getIndexTemplate({ name: `${prefix}*` }, NONE);
  for (const { name } of index_templates) await client.indices.deleteIndexTemplate({ name }, NONE);
  const { component_templates } = await client.cluster.getComponentTemplate({ name: `${prefix}*` }, NONE);
  for (const { name } of component_templates) await client.cluster.deleteComponentTemplate({ name }, NONE);
  for (const name of Object.keys(await client.ilm.getLifecycle()).filter(ours))
    await client.ilm.deleteLifecycle({ name }, NONE);
};
