import { readVarint, type WireCursor } from '../otlp/index.js';

import { addPiece, eachField, type Pieces, type Source, type Workspace, type Written } from './workspace.js';

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

/** The fields of one message, in order. */
export interface Fields {
  /** Reads a message anew; earlier edits are forgotten. */
  load(start: number, end: number): void;
  readonly items: readonly Field[];
  readonly isChanged: boolean;
  /** The last field of that tag, which counts. */
  last(tag: number): Field | undefined;
  /** Puts one written field in place of another. */
  replace(field: Field, written: Written): Field;
  /** Puts it in place of the last field of that tag, or adds it. */
  set(tag: number, written: Written): void;
  add(written: Written): void;
  readonly remove: (field: Field) => void;
  /** Puts what `change` gives in place of each field that it gives something for. */
  edit(change: (field: Field) => Written | undefined): void;
  /** Adds the content as it is now. */
  addTo(pieces: Pieces): void;
}

const LENGTH_DELIMITED = 2;

export const createFields = (workspace: Workspace): Fields => {
  let items: Field[] = [];
  let isChanged = false;

  const fieldOf = ({ start, end }: Written): Field => {
    const cursor: WireCursor = { bytes: workspace.scratch.bytes, at: start };
    const tag = readVarint(cursor, end);
    if ((tag & 7) === LENGTH_DELIMITED) readVarint(cursor, end);
    return { tag, source: 'scratch', start, content: cursor.at, end };
  };

  const last = (tag: number): Field | undefined => {
    for (let at = items.length - 1; at >= 0; at--) if (items[at]?.tag === tag) return items[at];
    return undefined;
  };

  const replace = (field: Field, written: Written): Field => {
    const replaced = fieldOf(written);
    items[items.indexOf(field)] = replaced;
    isChanged = true;
    return replaced;
  };

  const add = (written: Written): void => {
    items.push(fieldOf(written));
    isChanged = true;
  };

  return {
    load(start, end) {
      items = [];
      isChanged = false;
      eachField(workspace.request, start, end, (tag, fieldStart, content, fieldEnd) => {
        items.push({ tag, source: 'request', start: fieldStart, content, end: fieldEnd });
      });
    },
    get items() {
      return items;
    },
    get isChanged() {
      return isChanged;
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
      items.splice(items.indexOf(field), 1);
      isChanged = true;
    },
    edit(change) {
      for (let at = 0; at < items.length; at++) {
        const written = change(items[at] as Field);
        if (written === undefined) continue;
        items[at] = fieldOf(written);
        isChanged = true;
      }
    },
    addTo(pieces) {
      for (const { source, start, end } of items) addPiece(pieces, source, start, end);
    },
  };
};
