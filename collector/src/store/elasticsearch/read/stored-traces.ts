import type { Client } from '@elastic/elasticsearch';
import type { Fragment } from 'noveum-proto';
import {
  fragmentsOfRecord,
  getDocuments,
  type GotDocument,
  type HeldRecord,
  partIdsOf,
  payloadBytesBy,
  RECORD_FIELDS,
} from 'noveum-proto/elasticsearch';

import { TraceTooLarge } from '../../trace-store.js';
import { transportOf } from '../client/index.js';

/** A trace by the `_id` of its head, and where it may be. */
export interface WantedTrace {
  readonly id: string;
  readonly project: string;
  /** Concrete: an alias cannot be asked by id. */
  readonly indices: readonly string[];
}

/** What was received of a trace, in whichever of the indices. */
export interface StoredTrace {
  readonly fragments: readonly Fragment[];
  /** Another one where anything of it has changed. */
  readonly version: string;
}

type Got = GotDocument<HeldRecord>;

interface Place {
  readonly _index: string;
  readonly _id: string;
}

/** A document's payload may have 8 MiB. */
const PARTS_AT_ONCE = 10;
/** Of most of these there is no document. */
const HEADS_AT_ONCE = 100;
const ROUNDS = 10;

const tooLarge = (bytes: number, limit: number): TraceTooLarge | null =>
  bytes <= limit
    ? null
    : new TraceTooLarge(`the trace holds ${String(bytes)} bytes; one that is read whole may hold ${String(limit)}`);

const getAll = async (client: Client, places: readonly Place[], atOnce: number): Promise<Got[]> => {
  const got: Got[] = [];
  for (let at = 0; at < places.length; at += atOnce) {
    const docs = places.slice(at, at + atOnce).map((place) => ({ ...place }));
    got.push(...(await getDocuments<HeldRecord>(transportOf(client), { docs }, { fields: RECORD_FIELDS })));
  }
  return got;
};

/** Null: its parts were written anew since the head was read. */
const fragmentsOf = (
  { _id: id, _index: index, _source: source }: Got & { readonly _source: HeldRecord },
  project: string,
  parts: ReadonlyMap<string, HeldRecord>,
): readonly Fragment[] | null => {
  const ofParts = partIdsOf(id, source).map((part) => parts.get(`${index} ${part}`)?.noveum);
  if (ofParts.includes(undefined)) return null;
  return fragmentsOfRecord(
    project,
    source.noveum,
    ofParts.filter((part) => part !== undefined),
  );
};

const versionOf = (heads: readonly Got[]): string =>
  heads
    .map(
      ({ _index: index, _primary_term: term = 0, _seq_no: number = 0 }) => `${index} ${String(term)} ${String(number)}`,
    )
    .join('\n');

/** Null: the same. */
const readOne = async (
  client: Client,
  { project }: WantedTrace,
  heads: readonly Got[],
  limit: number,
): Promise<StoredTrace | TraceTooLarge | null> => {
  const sources = heads.flatMap((head) => (head._source === undefined ? [] : [{ ...head, _source: head._source }]));
  const refused = tooLarge(
    sources.reduce((sum, { _source: source }) => sum + payloadBytesBy(source), 0),
    limit,
  );
  if (refused !== null) return refused;
  const places = sources.flatMap(({ _id: id, _index: index, _source: source }) =>
    partIdsOf(id, source).map((part) => ({ _index: index, _id: part })),
  );
  const parts = new Map<string, HeldRecord>();
  for (const { _id: id, _index: index, _source: source } of await getAll(client, places, PARTS_AT_ONCE))
    if (source !== undefined) parts.set(`${index} ${id}`, source);
  const fragments: Fragment[] = [];
  for (const head of sources) {
    const held = fragmentsOf(head, project, parts);
    if (held === null) return null;
    fragments.push(...held);
  }
  const bytes = fragments.reduce((sum, { payload }) => sum + payload.length, 0);
  return tooLarge(bytes, limit) ?? { fragments, version: versionOf(heads) };
};

/**
 * What was received of traces as it is at the moment, searchable or not, each of all of its indices together; what none
 * has is missing. In place of one that is more than `limit` bytes of payload there is a TraceTooLarge.
 */
export const readStoredTraces = async (
  client: Client,
  wanted: readonly WantedTrace[],
  limit: number,
): Promise<ReadonlyMap<string, StoredTrace | TraceTooLarge>> => {
  const found = new Map<string, StoredTrace | TraceTooLarge>();
  let left = wanted;
  for (let round = 0; left.length > 0; round++) {
    if (round === ROUNDS) throw new Error('a trace was written anew each time that it was read');
    const places = left.flatMap(({ id, indices }) => indices.map((index) => ({ _index: index, _id: id })));
    const heads = Map.groupBy(
      (await getAll(client, places, HEADS_AT_ONCE)).filter(({ found: isFound }) => isFound === true),
      ({ _id: id }) => id,
    );
    const moved: WantedTrace[] = [];
    for (const want of left) {
      const ofTrace = heads.get(want.id);
      if (ofTrace === undefined) continue;
      const read = await readOne(client, want, ofTrace, limit);
      if (read === null) moved.push(want);
      else found.set(want.id, read);
    }
    left = moved;
  }
  return found;
};

/** The same of one; null: no index has it. Throws TraceTooLarge. */
export const readStoredTrace = async (
  client: Client,
  wanted: WantedTrace,
  limit: number,
): Promise<StoredTrace | null> => {
  const found = (await readStoredTraces(client, [wanted], limit)).get(wanted.id) ?? null;
  if (found instanceof TraceTooLarge) throw found;
  return found;
};
