import { type ElasticsearchTransport, NOTHING_THERE } from '../client/index.js';
import { ensure, type Installed } from './managed.js';
import type { StoreNames } from './names.js';
import type { IndexSettings } from './settings.js';

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

const KINDS = {
  component_template: { path: '_component_template', list: 'component_templates' },
  index_template: { path: '_index_template', list: 'index_templates' },
} as const;

type Found = Partial<
  Record<
    (typeof KINDS)[keyof typeof KINDS]['list'],
    readonly Partial<Record<keyof typeof KINDS, { readonly _meta?: unknown }>>[]
  >
>;

interface TemplateInstallation {
  readonly transport: ElasticsearchTransport;
  readonly names: StoreNames;
  readonly config: IndexSettings;
  readonly content: IndexContent;
  readonly dataNodes: number;
}

/** What new indices of traces are made by: settings, mapping, and the template that joins them. */
export const ensureTemplates = async (
  installation: TemplateInstallation,
): Promise<Readonly<Record<string, Installed>>> => {
  const { transport, names, config, content, dataNodes } = installation;
  const { version } = content;
  const thing = (name: string, kind: keyof typeof KINDS, content: object) => {
    const path = `/${KINDS[kind].path}/${encodeURIComponent(name)}`;
    return ensure({
      version,
      content,
      read: async () => {
        const answer = await transport.request<Found>({ method: 'GET', path }, NOTHING_THERE);
        const found = answer[KINDS[kind].list]?.[0]?.[kind];
        return found === undefined ? null : found._meta;
      },
      write: (meta) => {
        const body = { ...(kind === 'component_template' ? { template: content } : content), version, _meta: meta };
        return transport.request({ method: 'PUT', path, body });
      },
    });
  };
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
    [names.settingsComponent]: await thing(names.settingsComponent, 'component_template', { settings }),
    [names.mappingsComponent]: await thing(names.mappingsComponent, 'component_template', {
      mappings: content.mappings,
    }),
    [names.template]: await thing(names.template, 'index_template', joined),
  };
};
