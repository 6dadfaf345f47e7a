import { type ElasticsearchTransport, NOTHING_THERE } from '../client/index.js';
import { ensure, type Installed } from './managed.js';
import type { LifecycleSettings } from './settings.js';

const POLICY_VERSION = 1;

const priority = (value: number) => ({ set_priority: { priority: value } });

/**
 * Replicas of a phase. With one node there is nothing to set: the indices' replicas come and go with the nodes, and an
 * `allocate` that asks for one would wait for ever for a second node.
 */
const replicas = (count: number, dataNodes: number): object =>
  dataNodes === 1 && count > 0 ? {} : { allocate: { number_of_replicas: count } };

/** Phases after the first count from an index's rollover. */
const phasesOf = (config: LifecycleSettings, dataNodes: number): Readonly<Record<string, object>> => ({
  hot: {
    min_age: '0ms',
    actions: { rollover: { max_size: config.rolloverSize, max_age: config.rolloverAge }, ...priority(100) },
  },
  ...(config.warmAge !== null && {
    warm: { min_age: config.warmAge, actions: { ...replicas(config.warmReplicas, dataNodes), ...priority(50) } },
  }),
  ...(config.coldAge !== null && {
    cold: { min_age: config.coldAge, actions: { ...replicas(config.coldReplicas, dataNodes), ...priority(0) } },
  }),
  ...(config.deleteAge !== null && { delete: { min_age: config.deleteAge, actions: { delete: {} } } }),
});

type Policies = Readonly<Record<string, { readonly policy?: { readonly _meta?: unknown } }>>;

/** One that an operator made under the name stays as it is. */
export const ensurePolicy = (
  transport: ElasticsearchTransport,
  name: string,
  config: LifecycleSettings,
  dataNodes: number,
): Promise<Installed> => {
  const phases = phasesOf(config, dataNodes);
  const path = `/_ilm/policy/${encodeURIComponent(name)}`;
  return ensure({
    version: POLICY_VERSION,
    content: phases,
    read: async () => {
      const policies = await transport.request<Policies>({ method: 'GET', path }, NOTHING_THERE);
      const found = policies[name];
      return found === undefined ? null : found.policy?._meta;
    },
    write: (_meta) => transport.request({ method: 'PUT', path, body: { policy: { phases, _meta } } }),
  });
};
