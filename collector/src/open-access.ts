import { randomBytes } from 'node:crypto';

import { type Access, createAccess } from './access/index.js';
import { type CollectorConfig, ConfigurationError } from './config/index.js';
import { isOwnAddress } from './forward/index.js';
import type { OpenedMetaStore } from './open-meta-store.js';

/** Throws ConfigurationError where the address needs keys and there are none. */
export const openAccess = async (config: CollectorConfig, { metaStore, shared }: OpenedMetaStore): Promise<Access> => {
  const started = await createAccess({
    metaStore,
    shared,
    host: config.host,
    adminKey: config.adminKey,
    allowOrigins: config.allowOrigins,
    // Rate limits, quotas and the audit trail have their place here.
    admissions: [],
    now: Date.now,
    randomBytes,
  });
  if (started.status === 'refused') throw new ConfigurationError(started.message);
  return started.access;
};

/** Throws ConfigurationError where an endpoint is the collector itself. */
export const refuseLoops = async ({ forward, host, httpPort, grpcPort }: CollectorConfig): Promise<void> => {
  for (const [index, { url }] of forward.entries())
    if (await isOwnAddress(url, { host, ports: [httpPort, grpcPort] }))
      throw new ConfigurationError(`forward[${String(index)}].url must be another's address, got the collector's own`);
};
