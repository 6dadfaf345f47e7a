import type { Client } from '@elastic/elasticsearch';
import { type Fault, showFault } from 'noveum-proto/elasticsearch';

import { CollectorError } from '../../../errors/index.js';
import type { ApiKey, MetaStore } from '../../../meta/index.js';
import { faultOf } from '../client/index.js';
import { fromDocument, type KeyDocument, toDocument } from './key-document.js';
import { ensureMetaIndex } from './meta-index.js';
import { senderDocuments } from './sender-documents.js';

export interface ElasticsearchMetaStoreOptions {
  /** Stays open when the store is closed. */
  readonly client: Client;
  readonly index: string;
  readonly nowMillis: () => number;
}

const PAGE = 1_000;
const MICROS_PER_MILLI = 1_000;
/** Hashes are 64 digits; nothing longer can be one. */
const LONGEST_ID_BYTES = 512;
const WRITE_RETRIES = 3;
const SORT = [{ created_at: 'asc' }, { added: 'asc' }, { hash: 'asc' }] as const;

type Held = 'keys' | 'senders';

const unavailable = (fault: Fault, held: Held, cause: unknown): CollectorError =>
  new CollectorError({ code: 'STORE_UNAVAILABLE', message: `Elasticsearch ${showFault(fault)} (${held})` }, { cause });

const CONFLICT = { code: 'CONFLICT', message: 'the key is there already' } as const;

/**
 * Keys and senders in one index, shared by all collectors of a cluster. A change is there for all of them, lists included, once its
 * promise resolves; the index is made at the first call. Rejects with STORE_UNAVAILABLE where the cluster doesn't do
 * what is asked; the call may then be repeated.
 */
export const openElasticsearchMetaStore = (options: ElasticsearchMetaStoreOptions): MetaStore => {
  const { client, index, nowMillis } = options;
  const senders = senderDocuments(client, index);
  let ready: Promise<void> | null = null;
  let lastAdded = 0;

  const prepared = (): Promise<void> => {
    ready ??= ensureMetaIndex(client, index).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  };
  const asked = async <T>(work: () => Promise<T>, held: Held = 'keys'): Promise<T> => {
    try {
      await prepared();
      return await work();
    } catch (error) {
      const fault = faultOf(error);
      throw fault === null ? error : unavailable(fault, held, error);
    }
  };
  const isId = (text: string): boolean => text !== '' && Buffer.byteLength(text) <= LONGEST_ID_BYTES;

  /** By the realtime get, so that what another collector has just changed is seen. */
  const find = async (hash: string): Promise<ApiKey | null> => {
    if (!isId(hash)) return null;
    const found = await client.get<KeyDocument>({ index, id: hash }, { ignore: [404] });
    return found.found && found._source !== undefined ? fromDocument(found._source) : null;
  };
  const findByHint = async (hint: string): Promise<ApiKey | null> => {
    const { hits } = await client.search<KeyDocument>({ index, size: 2, query: { term: { hint } } });
    const [first, ...others] = hits.hits;
    return first?._source !== undefined && others.length === 0 ? find(first._source.hash) : null;
  };
  const page = async (last: KeyDocument | undefined): Promise<readonly KeyDocument[]> => {
    const after = last === undefined ? {} : { search_after: [last.created_at, last.added, last.hash] };
    const query = { term: { kind: 'key' } };
    const { hits } = await client.search<KeyDocument>({ index, size: PAGE, query, sort: [...SORT], ...after });
    return hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source]));
  };
  const list = async (): Promise<readonly ApiKey[]> => {
    const keys: ApiKey[] = [];
    for (let documents = await page(undefined); ; documents = await page(documents.at(-1))) {
      keys.push(...documents.map(fromDocument));
      if (documents.length < PAGE) return keys;
    }
  };

  return {
    addKey: (key) =>
      asked(async () => {
        lastAdded = Math.max(lastAdded + 1, nowMillis() * MICROS_PER_MILLI);
        try {
          await client.create({ index, id: key.hash, document: toDocument(key, lastAdded), refresh: true });
        } catch (error) {
          if (faultOf(error)?.kind !== 'conflict') throw error;
          throw new CollectorError(CONFLICT, { cause: error });
        }
      }),
    findKey: (hash) => asked(() => find(hash)),
    listKeys: () => asked(list),
    revokeKey: (hashOrHint) =>
      asked(async () => {
        const key = (await find(hashOrHint)) ?? (await findByHint(hashOrHint));
        if (key === null) return null;
        const doc = { status: 'revoked' } as const;
        await client.update({ index, id: key.hash, doc, refresh: true, retry_on_conflict: WRITE_RETRIES });
        return { ...key, ...doc };
      }),
    saveSenders: (rows) => asked(() => senders.saveSenders(rows), 'senders'),
    listSenders: () => asked(() => senders.listSenders(), 'senders'),
    forgetSenders: (rows) => asked(() => senders.forgetSenders(rows), 'senders'),
    close: () => Promise.resolve(),
  };
};
