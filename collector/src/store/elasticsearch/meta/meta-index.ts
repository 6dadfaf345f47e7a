import type { Client } from '@elastic/elasticsearch';

import { CollectorError } from '../../../errors/index.js';
import { faultOf } from '../client/index.js';

const META_VERSION = 2;

const keyword = { type: 'keyword' } as const;
const MAPPINGS = {
  dynamic: 'strict',
  _meta: { managed_by: 'noveum', version: META_VERSION },
  properties: {
    kind: keyword,
    hash: keyword,
    hint: keyword,
    // Not searched by, and as long as senders like.
    project: { type: 'keyword', index: false, doc_values: false },
    environment: keyword,
    role: keyword,
    status: keyword,
    created_at: keyword,
    expires_at: keyword,
    added: { type: 'long' },
    last_seen: { type: 'long' },
    row: { type: 'object', enabled: false },
  },
} as const;

/** Small and needed by every collector: one shard, on two nodes where there are two. */
const SETTINGS = { 'index.number_of_shards': 1, 'index.auto_expand_replicas': '0-1' };

const versionOf = async (client: Client, index: string): Promise<number | null> => {
  const found = (await client.indices.getMapping({ index }, { ignore: [404] }))[index];
  if (found === undefined) return null;
  const version: unknown = found.mappings._meta?.['version'];
  return typeof version === 'number' ? version : 0;
};

/** Makes the index where it is missing; rejects where a later version, or somebody else, has made it. */
export const ensureMetaIndex = async (client: Client, index: string): Promise<void> => {
  let version = await versionOf(client, index);
  if (version === null) {
    try {
      await client.indices.create({ index, settings: SETTINGS, mappings: MAPPINGS });
      return;
    } catch (error) {
      if (faultOf(error)?.kind !== 'exists') throw error;
      version = await versionOf(client, index);
    }
  }
  if (version !== META_VERSION)
    throw new CollectorError({
      code: 'STORE_UNAVAILABLE',
      message: `the index ${index} is of version ${version ?? 0}, and this collector knows version ${META_VERSION}`,
    });
};
