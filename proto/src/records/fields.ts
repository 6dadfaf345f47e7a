import { readVarint, type WireCursor } from '../otlp/index.js';

import {
  addPiece,
  bytesOf,
  eachField,
  type Pieces,
  readField,
  type Source,
  type Workspace,
  type Written,
} from './workspace.js';

/** One field of a message that is being edited. */
export interface Field {
  tag: number;
  source: Source;
  /** Of the whole field. */
  start: number;
  /** Of the content; for numbers that is the number. */
  content: number;
  end: number;
}

/** Gives what comes in place of a field, which is good during the call; undefined: it stays. */
export type EditField = (field: Field) => Written | undefined;

/**
 * The fields of one message, in order. Most messages are looked through, get a field or two and go on: they stay bytes
 * until one of their fields is to be replaced.
 */
export interface Fields {
  /** Reads a message anew; earlier edits are forgotten. Throws MalformedProtobuf at a broken field. */
  load(start: number, end: number): void;
  readonly items: readonly Field[];
  readonly isChanged: boolean;
  /** How many there are of a tag. */
  count(tag: number): number;
  /** Gives the content of each field of a tag, in order. */
  each(tag: number, visit: (bytes: Uint8Array, content: number, end: number) => void): void;
  /** The last field of that tag, which counts. */
  last(tag: number): Field | undefined;
  /** Puts one written field in place of another. */
  replace(field: Field, written: Written): Field;
  /** Puts it in place of the last field of that tag, or adds it. */
  set(tag: number, written: Written): void;
  add(written: Written): void;
  readonly remove: (field: Field) => void;
  /** Puts what `change` gives in place of each field that it gives something for. */
  edit(change: EditField): void;
  /** Adds the content as it is now. */
  addTo(pieces: Pieces): void;
}

const LENGTH_DELIMITED = 2;
/** Tags of up to one byte are counted as they are read: all of a span, resource and scope but the flags. */
const COUNTED_TAGS = 128;

export const createFields = (workspace: Workspace): Fields => {
  let from = 0;
  let to = 0;
  /** Undefined: what was read is still bytes. */
  let read: Field[] | undefined;
  /** Behind them. */
  let added: Field[] = [];
  let isChanged = false;
  const counts = new Int32Array(COUNTED_TAGS);

  const fieldOf = ({ start, end }: Written): Field => {
    const cursor: WireCursor = { bytes: workspace.scratch.bytes, at: start };
    const tag = readVarint(cursor, end);
    if ((tag & 7) === LENGTH_DELIMITED) readVarint(cursor, end);
    return { tag, source: 'scratch', start, content: cursor.at, end };
  };

  const items = (): Field[] => {
    if (read !== undefined) return read;
    const all: Field[] = [];
    eachField(workspace.request, from, to, (tag, start, content, end) => {
      all.push({ tag, source: 'request', start, content, end });
    });
    all.push(...added);
    added = [];
    read = all;
    return all;
  };

  const countTag = (tag: number): void => {
    if (tag < COUNTED_TAGS) counts[tag] = (counts[tag] as number) + 1;
  };

  const lastIn = (fields: readonly Field[], tag: number): Field | undefined => {
    for (let at = fields.length - 1; at >= 0; at--) if (fields[at]?.tag === tag) return fields[at];
    return undefined;
  };

  const lastInBytes = (tag: number): Field | undefined => {
    if (tag < COUNTED_TAGS && counts[tag] === 0) return undefined;
    let found: Field | undefined;
    eachField(workspace.request, from, to, (own, start, content, end) => {
      if (own === tag) found = { tag, source: 'request', start, content, end };
    });
    return found;
  };

  const last = (tag: number): Field | undefined =>
    read === undefined ? (lastIn(added, tag) ?? lastInBytes(tag)) : lastIn(read, tag);

  const replace = (field: Field, written: Written): Field => {
    const replaced = fieldOf(written);
    const all = items();
    // One that was found in the bytes is another object than the one that has been read since.
    all[all.findIndex(({ source, start }) => source === field.source && start === field.start)] = replaced;
    isChanged = true;
    return replaced;
  };

  /** While all stay, they stay bytes. Calls back with the first that changes, by its place and what comes there. */
  const findEdited = (change: EditField, found: (at: number, written: Written) => void): number => {
    const field: Field = { tag: 0, source: 'request', start: 0, content: 0, end: 0 };
    const cursor: WireCursor = { bytes: workspace.request, at: from };
    let at = 0;
    while (cursor.at < to) {
      readField(cursor, to, field);
      const written = change(field);
      if (written !== undefined) {
        found(at, written);
        return at + 1;
      }
      at++;
    }
    return at;
  };

  const add = (written: Written): void => {
    (read ?? added).push(fieldOf(written));
    isChanged = true;
  };

  return {
    load(start, end) {
      from = start;
      to = end;
      read = undefined;
      if (added.length > 0) added = [];
      isChanged = false;
      counts.fill(0);
      eachField(workspace.request, start, end, countTag);
    },
    get items() {
      return items();
    },
    get isChanged() {
      return isChanged;
    },
    count(tag) {
      const isCounted = read === undefined && tag < COUNTED_TAGS;
      const fields = isCounted ? added : items();
      let count = isCounted ? (counts[tag] as number) : 0;
      for (const field of fields) if (field.tag === tag) count++;
      return count;
    },
    each(tag, visit) {
      if (read === undefined)
        eachField(workspace.request, from, to, (own, _start, content, end) => {
          if (own === tag) visit(workspace.request, content, end);
        });
      for (const { tag: own, source, content, end } of read ?? added)
        if (own === tag) visit(bytesOf(workspace, source), content, end);
    },
    last,
    replace,
    set(tag, written) {
      const before = last(tag);
      if (before === undefined) add(written);
      else replace(before, written);
    },
    add,
    remove(field) {
      const all = items();
      all.splice(all.indexOf(field), 1);
      isChanged = true;
    },
    edit(change) {
      const put = (at: number, written: Written): void => {
        items()[at] = fieldOf(written);
        isChanged = true;
      };
      const first = read === undefined ? findEdited(change, put) : 0;
      if (read === undefined && added.length === 0) return;
      const all = items();
      for (let at = first; at < all.length; at++) {
        const written = change(all[at] as Field);
        if (written !== undefined) put(at, written);
      }
    },
    addTo(pieces) {
      if (read === undefined) addPiece(pieces, 'request', from, to);
      for (const { source, start, end } of read ?? added) addPiece(pieces, source, start, end);
    },
  };
};
