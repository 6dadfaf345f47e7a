import { createHash } from 'node:crypto';

import type { Client } from '@elastic/elasticsearch';

import type { MetaStore, SenderRow } from '../../../meta/index.js';

type Senders = Pick<MetaStore, 'saveSenders' | 'listSenders' | 'forgetSenders'>;

interface SenderDocument {
  readonly kind: 'sender';
  readonly last_seen: number;
  /** As it is: nothing in it is searched by. */
  readonly row: SenderRow;
}

/** The most that Elasticsearch gives in one answer. */
const MOST_ROWS = 10_000;
const MOST_OPERATIONS = 1_000;

const idOf = ({ collector, project, report }: SenderRow): string =>
  createHash('sha256').update([collector, report.instanceId, report.exporter, project].join('\n')).digest('hex');

/** Senders in the index of the keys: a document for each row, which its collector alone writes. */
export const senderDocuments = (client: Client, index: string): Senders => {
  const bulk = async (operations: readonly object[][]): Promise<void> => {
    for (let from = 0; from < operations.length; from += MOST_OPERATIONS) {
      const part = operations.slice(from, from + MOST_OPERATIONS);
      const answer = await client.bulk({ index, refresh: true, operations: part.flat() });
      const failed = answer.items
        .flatMap((item) => Object.values(item))
        .find(({ status }) => status >= 400 && status !== 404);
      if (failed !== undefined) throw new Error(`a bulk request failed in part with ${String(failed.status)}`);
    }
  };
  return {
    saveSenders: (rows) =>
      bulk(
        rows.map((row) => [
          { index: { _id: idOf(row) } },
          { kind: 'sender', last_seen: row.lastSeenMillis, row } satisfies SenderDocument,
        ]),
      ),
    async listSenders() {
      const query = { term: { kind: 'sender' } };
      const sort = [{ last_seen: 'desc' as const }];
      const { hits } = await client.search<SenderDocument>({ index, size: MOST_ROWS, query, sort });
      return hits.hits.flatMap(({ _source }) => (_source === undefined ? [] : [_source.row]));
    },
    forgetSenders: (rows) => bulk(rows.map((row) => [{ delete: { _id: idOf(row) } }])),
  };
};
