import type { Client } from '@elastic/elasticsearch';

import type { LifecycleConfig } from '../../../config/index.js';
import { ensure, type Installed } from './managed.js';
import { NOTHING_THERE } from './nothing-there.js';

const POLICY_VERSION = 1;

const priority = (value: number) => ({ set_priority: { priority: value } });

/**
 * Replicas of a phase. With one node there is nothing to set: the indices' replicas come and go with the nodes, and an
 * `allocate` that asks for one would wait for ever for a second node.
 */
const replicas = (count: number, dataNodes: number): object =>
  dataNodes === 1 && count > 0 ? {} : { allocate: { number_of_replicas: count } };

/** Phases after the first count from an index's rollover. */
const phasesOf = (config: LifecycleConfig, dataNodes: number): Readonly<Record<string, object>> => ({
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

/** One that an operator made under the name stays as it is. */
export const ensurePolicy = (
  client: Client,
  name: string,
  config: LifecycleConfig,
  dataNodes: number,
): Promise<Installed> => {
  const phases = phasesOf(config, dataNodes);
  return ensure({
    version: POLICY_VERSION,
    content: phases,
    read: async () => {
      const found = (await client.ilm.getLifecycle({ name }, NOTHING_THERE))[name];
      return found === undefined ? null : found.policy._meta;
    },
    write: (_meta) => client.ilm.putLifecycle({ name, policy: { phases, _meta } }),
  });
};
