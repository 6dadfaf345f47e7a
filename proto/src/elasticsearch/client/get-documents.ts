import { faultOfAnswer } from './fault.js';
import { RequestFault } from './request-fault.js';
import type { ElasticsearchTransport } from './transport.js';

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

export interface WantedDocuments {
  readonly docs: readonly { readonly _index: string; readonly _id: string }[];
}

/** What is to come with them. */
export interface DocumentParts {
  /** Of the source; default: none of it. */
  readonly fields?: readonly string[];
  readonly storedFields?: readonly string[];
}

const UNAVAILABLE = 503;

/**
 * Documents by id, in the order asked for. An index that is no more has none; one that cannot be asked at the moment
 * throws, as a search of it would: to Elasticsearch, it is an answer like others.
 */
export const getDocuments = async <Source>(
  transport: ElasticsearchTransport,
  { docs: wanted }: WantedDocuments,
  { fields, storedFields }: DocumentParts,
): Promise<readonly GotDocument<Source>[]> => {
  const hasSource = fields !== undefined && fields.length > 0;
  const { docs } = await transport.request<{
    readonly docs: readonly (GotDocument<Source> | (GotDocument<Source> & Failed))[];
  }>({
    method: 'POST',
    path: '/_mget',
    querystring: {
      ...(hasSource ? { _source_includes: fields.join(',') } : { _source: false }),
      ...(storedFields === undefined ? {} : { stored_fields: storedFields.join(',') }),
    },
    body: { docs: wanted },
  });
  for (const doc of docs)
    if ('error' in doc && doc.error.type !== 'index_not_found_exception')
      throw new RequestFault(faultOfAnswer(UNAVAILABLE, { error: doc.error }));
  return docs;
};
