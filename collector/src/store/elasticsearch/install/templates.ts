import type { Client, estypes } from '@elastic/elasticsearch';

import type { ElasticsearchConfig } from '../../../config/index.js';
import { ensure, type Installed } from './managed.js';
import type { StoreNames } from './names.js';
import { NOTHING_THERE } from './nothing-there.js';

/** What documents the indices are made for. */
export interface IndexContent {
  /** Grows with every change; also in the mapping's own `_meta`. */
  readonly version: number;
  readonly mappings: object;
  /** Beside those that the configuration gives. */
  readonly settings: object;
}

/** Above the templates that Elasticsearch brings along (100). */
const PRIORITY = 200;

/** With one node a fixed replica would never be placed; it comes by itself once there is a second. */
const replicasOf = (replicas: number, dataNodes: number): object =>
  dataNodes > 1 || replicas === 0
    ? { 'index.number_of_replicas': replicas }
    : { 'index.auto_expand_replicas': `0-${replicas}` };

interface TemplateInstallation {
  readonly client: Client;
  readonly names: StoreNames;
  readonly config: ElasticsearchConfig;
  readonly content: IndexContent;
  readonly dataNodes: number;
}

/** What new indices of traces are made by: settings, mapping, and the template that joins them. */
export const ensureTemplates = async (
  installation: TemplateInstallation,
): Promise<Readonly<Record<string, Installed>>> => {
  const { client, names, config, content, dataNodes } = installation;
  const { version } = content;
  const component = (name: string, template: object) =>
    ensure({
      version,
      content: template,
      read: async () => {
        const answer: Partial<estypes.ClusterGetComponentTemplateResponse> = await client.cluster.getComponentTemplate(
          { name },
          NOTHING_THERE,
        );
        const found = answer.component_templates?.[0];
        return found === undefined ? null : found.component_template._meta;
      },
      write: (meta) => client.cluster.putComponentTemplate({ name, template, version, _meta: { ...meta } }),
    });
  const settings = {
    'index.number_of_shards': config.shards,
    ...replicasOf(config.replicas, dataNodes),
    'index.refresh_interval': `${config.refreshSeconds}s`,
    'index.lifecycle.name': names.policy,
    'index.lifecycle.rollover_alias': names.alias,
    ...content.settings,
  };
  const joined = {
    index_patterns: [names.pattern],
    composed_of: [names.settingsComponent, names.mappingsComponent],
    priority: PRIORITY,
  };
  return {
    [names.settingsComponent]: await component(names.settingsComponent, { settings }),
    [names.mappingsComponent]: await component(names.mappingsComponent, { mappings: content.mappings }),
    [names.template]: await ensure({
      version,
      content: joined,
      read: async () => {
        const asked = { name: names.template };
        const answer: Partial<estypes.IndicesGetIndexTemplateResponse> = await client.indices.getIndexTemplate(
          asked,
          NOTHING_THERE,
        );
        const found = answer.index_templates?.[0];
        return found === undefined ? null : found.index_template._meta;
      },
      write: (meta) =>
        client.indices.putIndexTemplate({ name: names.template, ...joined, version, _meta: { ...meta } }),
    }),
  };
};
