import type { Client } from '@elastic/elasticsearch';
import type { Fragment } from 'noveum-proto';

import { TraceTooLarge } from '../../trace-store.js';
import { fragmentsOfRecord, type HeldRecord, partIdsOf, RECORD_FIELDS, payloadBytesBy } from '../record/index.js';

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

interface Got {
  readonly _index: string;
  readonly _id: string;
  readonly found?: boolean;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly _source?: HeldRecord;
}

interface Place {
  readonly _index: string;
  readonly _id: string;
}

/** Of an answer: a document's payload may have 8 MiB. */
const DOCUMENTS_AT_ONCE = 20;
const ROUNDS = 10;

const tooLarge = (bytes: number, limit: number): TraceTooLarge =>
  new TraceTooLarge(`the trace holds ${String(bytes)} bytes; one that is read whole may hold ${String(limit)}`);

const getAll = async (client: Client, places: readonly Place[]): Promise<Got[]> => {
  const got: Got[] = [];
  for (let at = 0; at < places.length; at += DOCUMENTS_AT_ONCE) {
    const docs = places.slice(at, at + DOCUMENTS_AT_ONCE).map((place) => ({ ...place }));
    const answer = await client.mget<HeldRecord>({ docs, _source_includes: [...RECORD_FIELDS] });
    got.push(...(answer.docs as Got[]));
  }
  return got;
};

const refuse = (source: HeldRecord, limit: number): void => {
  const bytes = payloadBytesBy(source);
  if (bytes > limit) throw tooLarge(bytes, limit);
};

/** Null: its parts were written anew since the head was read. */
const fragmentsOf = (
  { _id: id, _index: index, _source: source }: Got,
  project: string,
  parts: ReadonlyMap<string, HeldRecord>,
): readonly Fragment[] | null => {
  if (source === undefined) return null;
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

const readOne = async (
  client: Client,
  { project }: WantedTrace,
  heads: readonly Got[],
  limit: number,
): Promise<StoredTrace | null> => {
  for (const { _source: source } of heads) if (source !== undefined) refuse(source, limit);
  const places = heads.flatMap(({ _id: id, _index: index, _source: source }) =>
    source === undefined ? [] : partIdsOf(id, source).map((part) => ({ _index: index, _id: part })),
  );
  const parts = new Map<string, HeldRecord>();
  for (const { _id: id, _index: index, _source: source } of await getAll(client, places))
    if (source !== undefined) parts.set(`${index} ${id}`, source);
  const fragments: Fragment[] = [];
  let bytes = 0;
  for (const head of heads) {
    const held = fragmentsOf(head, project, parts);
    if (held === null) return null;
    for (const fragment of held) bytes += fragment.payload.length;
    fragments.push(...held);
  }
  if (bytes > limit) throw tooLarge(bytes, limit);
  return { fragments, version: versionOf(heads) };
};

/**
 * What was received of a trace as it is at the moment, searchable or not, of all of the indices together; null: none
 * has it. Throws TraceTooLarge where it is more than `limit` bytes of payload.
 */
export const readStoredTrace = async (
  client: Client,
  wanted: WantedTrace,
  limit: number,
): Promise<StoredTrace | null> => {
  for (let round = 0; round < ROUNDS; round++) {
    const places = wanted.indices.map((index) => ({ _index: index, _id: wanted.id }));
    const heads = (await getAll(client, places)).filter(({ found }) => found === true);
    if (heads.length === 0) return null;
    const read = await readOne(client, wanted, heads, limit);
    if (read !== null) return read;
  }
  throw new Error('a trace was written anew each time that it was read');
};
