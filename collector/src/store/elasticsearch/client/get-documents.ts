import { type Client, errors, type estypes } from '@elastic/elasticsearch';

/** A document as `_mget` answers it, `found` false where its index does not have it. */
export interface GotDocument<Source> {
  readonly _index: string;
  readonly _id: string;
  readonly found?: boolean;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly _source?: Source;
  readonly fields?: Readonly<Record<string, readonly unknown[]>>;
}

interface Failed {
  readonly error: { readonly type?: unknown };
}

const UNAVAILABLE = 503;

/**
 * Documents by id, in the order asked for. An index that is no more has none; one that cannot be asked at the moment
 * throws, as a search of it would: to the client, it is an answer like others.
 */
export const getDocuments = async <Source>(
  client: Client,
  request: estypes.MgetRequest,
): Promise<readonly GotDocument<Source>[]> => {
  const result = await client.mget<Source>(request, { meta: true });
  const docs = result.body.docs as readonly (GotDocument<Source> | (GotDocument<Source> & Failed))[];
  for (const doc of docs)
    if ('error' in doc && doc.error.type !== 'index_not_found_exception')
      throw new errors.ResponseError({ ...result, statusCode: UNAVAILABLE, body: { error: doc.error } });
  return docs;
};
