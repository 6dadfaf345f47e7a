import type { BulkItem } from './bulk.js';
import type { HeldTrace } from './held-traces.js';

/** What has to go once a trace's head is written: its parts of before, and what another index held of it. */
export const staleOf = (held: readonly HeldTrace[]): readonly BulkItem[] =>
  held.flatMap(({ id, index, partIds, primaryTerm, seqNo }, at) => [
    ...(at === 0
      ? []
      : [{ action: { delete: { _index: index, _id: id, if_seq_no: seqNo, if_primary_term: primaryTerm } } }]),
    ...partIds.map((part) => ({ action: { delete: { _index: index, _id: part } } })),
  ]);
