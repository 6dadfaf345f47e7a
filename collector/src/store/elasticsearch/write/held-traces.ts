import type { Client } from '@elastic/elasticsearch';
import type { Fragment } from 'noveum-proto';

import { type Arrival, fragmentsOfRecord, type HeldRecord, partIdsOf, RECORD_FIELDS } from '../record/index.js';

/** Where a document is, and of which version. */
export interface DocumentPlace {
  readonly id: string;
  readonly index: string;
  readonly seqNo: number;
  readonly primaryTerm: number;
}

/** A trace as one index holds it. */
export interface HeldTrace extends DocumentPlace {
  readonly fragments: readonly Fragment[];
  readonly spanIds: readonly string[];
  /** The day that made the trace first. */
  readonly arrivals: readonly Arrival[];
  readonly partIds: readonly string[];
}

export interface Wanted {
  readonly id: string;
  readonly project: string;
  readonly indices: readonly string[];
}

interface Source extends HeldRecord {
  readonly spans?: readonly { readonly span_id: string }[];
  readonly noveum: HeldRecord['noveum'] & {
    readonly arrival_day: number;
    readonly arrived_spans: number;
    readonly arrived_bytes: number;
    readonly later_arrivals?: readonly Arrival[];
  };
}

interface Got {
  readonly _index: string;
  readonly _id: string;
  readonly found?: boolean;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly _source?: Source;
  readonly error?: unknown;
}

const FIELDS = [
  ...RECORD_FIELDS,
  'spans.span_id',
  'noveum.arrival_day',
  'noveum.arrived_spans',
  'noveum.arrived_bytes',
  'noveum.later_arrivals',
];

const DOCUMENTS_AT_ONCE = 500;

const arrivalsIn = ({ noveum }: Source): readonly Arrival[] => [
  { day: noveum.arrival_day, spans: noveum.arrived_spans, bytes: noveum.arrived_bytes },
  ...(noveum.later_arrivals ?? []),
];

const getAll = async (
  client: Client,
  docs: readonly { readonly _index: string; readonly _id: string }[],
): Promise<Got[]> => {
  const found: Got[] = [];
  for (let at = 0; at < docs.length; at += DOCUMENTS_AT_ONCE) {
    const answer = await client.mget<Source>({
      docs: docs.slice(at, at + DOCUMENTS_AT_ONCE).map((doc) => ({ ...doc })),
      _source_includes: FIELDS,
    });
    found.push(...(answer.docs as Got[]));
  }
  return found;
};

/** Its parts were written anew or removed since the head was read. */
type Moved = null;

const heldOf = (head: Got, project: string, parts: ReadonlyMap<string, Source>): HeldTrace | Moved => {
  const { _id: id, _index: index, _primary_term: primaryTerm, _seq_no: seqNo, _source: source } = head;
  if (source === undefined || seqNo === undefined || primaryTerm === undefined) return null;
  const partIds = partIdsOf(id, source);
  const ofParts = partIds.map((part) => parts.get(`${index} ${part}`));
  if (ofParts.includes(undefined)) return null;
  const all = [source, ...ofParts.filter((part) => part !== undefined)];
  return {
    id,
    index,
    seqNo,
    primaryTerm,
    fragments: fragmentsOfRecord(
      project,
      source.noveum,
      all.slice(1).map(({ noveum }) => noveum),
    ),
    spanIds: all.flatMap(({ spans = [] }) => spans.map(({ span_id: spanId }) => spanId)),
    arrivals: arrivalsIn(source),
    partIds,
  };
};

/**
 * Reads traces as they are at the moment, searchable or not, in the indices that each names; a trace whose parts are
 * just being written anew is read again. By id; what no index has is missing.
 */
export const readHeld = async (
  client: Client,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, readonly HeldTrace[]>> => {
  const held = new Map<string, HeldTrace[]>();
  let left: readonly Wanted[] = wanted;
  while (left.length > 0) {
    const docs = left.flatMap(({ id, indices }) => indices.map((index) => ({ _index: index, _id: id })));
    const heads = (await getAll(client, docs)).filter(({ found }) => found === true);
    const partDocs = heads.flatMap(({ _id: id, _index: index, _source: source }) =>
      source === undefined ? [] : partIdsOf(id, source).map((part) => ({ _index: index, _id: part })),
    );
    const parts = new Map<string, Source>();
    for (const { _id: id, _index: index, _source: source } of await getAll(client, partDocs))
      if (source !== undefined) parts.set(`${index} ${id}`, source);
    const byId = Map.groupBy(heads, ({ _id: id }) => id);
    const moved: Wanted[] = [];
    for (const want of left) {
      const ofTrace = (byId.get(want.id) ?? []).map((head) => heldOf(head, want.project, parts));
      if (ofTrace.includes(null)) moved.push(want);
      else if (ofTrace.length > 0)
        held.set(
          want.id,
          ofTrace.filter((one) => one !== null),
        );
    }
    left = moved;
  }
  return held;
};
