import { awaitShards, type ElasticsearchTransport, getDocuments, type GotDocument } from '../client/index.js';
import type { Fragment, TraceSummary } from '../../document/index.js';
import {
  type Arrival,
  fragmentsOfRecord,
  type HeldRecord,
  partIdsOf,
  RECORD_FIELDS,
  summaryOfField,
} from '../record/index.js';

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
  /** What was told of it, where that was asked for. */
  readonly told?: ToldOfTrace;
}

export interface ToldOfTrace {
  /** See `derivationOf`. */
  readonly derivation: string;
  readonly summary: TraceSummary;
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
    readonly derivation?: string;
    readonly summary?: string;
  };
}

type Got = GotDocument<Source>;

const FIELDS = [
  ...RECORD_FIELDS,
  'spans.span_id',
  'noveum.arrival_day',
  'noveum.arrived_spans',
  'noveum.arrived_bytes',
  'noveum.later_arrivals',
];

const TOLD_FIELDS = ['noveum.derivation', 'noveum.summary'];

const DOCUMENTS_AT_ONCE = 500;
/** What is longer under way than that has lost a part. */
const ROUNDS = 20;

const arrivalsIn = ({ noveum }: Source): readonly Arrival[] => [
  { day: noveum.arrival_day, spans: noveum.arrived_spans, bytes: noveum.arrived_bytes },
  ...(noveum.later_arrivals ?? []),
];

const toldIn = ({ noveum: { derivation, summary } }: Source): ToldOfTrace | undefined =>
  derivation === undefined || summary === undefined ? undefined : { derivation, summary: summaryOfField(summary) };

type Docs = readonly { readonly _index: string; readonly _id: string }[];

/** Where they are too much for one answer, half as many at a time. */
const getSome = async (
  transport: ElasticsearchTransport,
  docs: Docs,
  fields: readonly string[],
): Promise<readonly Got[]> => {
  const { faultOf } = transport;
  try {
    return await awaitShards(() => getDocuments<Source>(transport, { docs }, { fields }), faultOf);
  } catch (error) {
    if (docs.length < 2 || faultOf(error)?.kind !== 'too-large') throw error;
    const middle = Math.ceil(docs.length / 2);
    const first = await getSome(transport, docs.slice(0, middle), fields);
    return [...first, ...(await getSome(transport, docs.slice(middle), fields))];
  }
};

const getAll = async (transport: ElasticsearchTransport, docs: Docs, fields: readonly string[]): Promise<Got[]> => {
  const found: Got[] = [];
  for (let at = 0; at < docs.length; at += DOCUMENTS_AT_ONCE)
    found.push(...(await getSome(transport, docs.slice(at, at + DOCUMENTS_AT_ONCE), fields)));
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
  const told = toldIn(source);
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
    ...(told === undefined ? {} : { told }),
  };
};

/**
 * Reads traces as they are at the moment, searchable or not, in the indices that each names; a trace whose parts are
 * just being written anew is read again. By id; what no index has is missing.
 */
export const readHeld = async (
  transport: ElasticsearchTransport,
  wanted: readonly Wanted[],
  { told = false }: { readonly told?: boolean } = {},
): Promise<ReadonlyMap<string, readonly HeldTrace[]>> => {
  const held = new Map<string, HeldTrace[]>();
  let left: readonly Wanted[] = wanted;
  for (let round = 0; left.length > 0; round++) {
    if (round === ROUNDS) throw new Error('a trace was written anew each time that it was read');
    const docs = left.flatMap(({ id, indices }) => indices.map((index) => ({ _index: index, _id: id })));
    const heads = (await getAll(transport, docs, told ? [...FIELDS, ...TOLD_FIELDS] : FIELDS)).filter(
      ({ found }) => found === true,
    );
    const partDocs = heads.flatMap(({ _id: id, _index: index, _source: source }) =>
      source === undefined ? [] : partIdsOf(id, source).map((part) => ({ _index: index, _id: part })),
    );
    const parts = new Map<string, Source>();
    for (const { _id: id, _index: index, _source: source } of await getAll(transport, partDocs, FIELDS))
      if (source !== undefined) parts.set(`${index} ${id}`, source);
    const byId = new Map<string, Got[]>();
    for (const head of heads) byId.set(head._id, [...(byId.get(head._id) ?? []), head]);
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
