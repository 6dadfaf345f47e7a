import { readEnd, readVarint, type WireCursor } from '../otlp/index.js';
import { counted, readMessage } from './otlp-message.js';
import { readKeyValue, readText } from './otlp-value.js';
import type { EntityRefDocument, Json, ResourceDocument, ScopeDocument } from './types.js';
import { newNotes, type ValueNotes } from './value-types.js';

/** What a span or a log record hangs on. */
export interface Owner {
  readonly resource: ResourceDocument | null;
  readonly scope: ScopeDocument | null;
  readonly notes: readonly ValueNotes[];
}

const withSchema = <T extends object>(document: T, schemaUrl: string): T =>
  schemaUrl === '' ? document : { ...document, schema_url: schemaUrl };

const readEntityRef = (cursor: WireCursor, end: number): EntityRefDocument => {
  let schemaUrl = '';
  let type = '';
  const idKeys: string[] = [];
  const descriptionKeys: string[] = [];
  readMessage(cursor, end, {
    10: (to) => (schemaUrl = readText(cursor, to)),
    18: (to) => (type = readText(cursor, to)),
    26: (to) => idKeys.push(readText(cursor, to)),
    34: (to) => descriptionKeys.push(readText(cursor, to)),
  });
  return withSchema({ type, id_keys: idKeys, description_keys: descriptionKeys }, schemaUrl);
};

const readResource = (cursor: WireCursor, end: number, notes: ValueNotes): ResourceDocument => {
  let dropped = 0;
  const attributes: Record<string, Json> = {};
  const entities: EntityRefDocument[] = [];
  readMessage(cursor, end, {
    10: (to) => {
      readKeyValue(cursor, to, attributes, '/resource/attributes', notes);
    },
    16: (to) => (dropped = readVarint(cursor, to)),
    26: (to) => entities.push(readEntityRef(cursor, readEnd(cursor, to))),
  });
  return {
    attributes,
    ...counted('dropped_attributes_count', dropped),
    ...(entities.length === 0 ? {} : { entity_refs: entities }),
  };
};

const readScope = (cursor: WireCursor, end: number, notes: ValueNotes): ScopeDocument => {
  let dropped = 0;
  let name = '';
  let version = '';
  const attributes: Record<string, Json> = {};
  readMessage(cursor, end, {
    10: (to) => (name = readText(cursor, to)),
    18: (to) => (version = readText(cursor, to)),
    26: (to) => {
      readKeyValue(cursor, to, attributes, '/scope/attributes', notes);
    },
    32: (to) => (dropped = readVarint(cursor, to)),
  });
  return {
    ...(name === '' ? {} : { name }),
    ...(version === '' ? {} : { version }),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
    ...counted('dropped_attributes_count', dropped),
  };
};

export type ReadItem<T> = (cursor: WireCursor, end: number, owner: Owner) => T;

interface Group {
  readonly head: [start: number, end: number] | null;
  readonly items: readonly [start: number, end: number][];
  readonly schemaUrl: string;
}

/** ResourceSpans, ScopeSpans, ResourceLogs, ScopeLogs: 1 what the items hang on, 2 the items, 3 a schema URL. */
const readGroup = (cursor: WireCursor, end: number): Group => {
  let head: [number, number] | null = null;
  let schemaUrl = '';
  const items: [number, number][] = [];
  const range = (to: number): [number, number] => {
    const contentEnd = readEnd(cursor, to);
    const found: [number, number] = [cursor.at, contentEnd];
    cursor.at = contentEnd;
    return found;
  };
  readMessage(cursor, end, {
    10: (to) => (head = range(to)),
    18: (to) => items.push(range(to)),
    26: (to) => (schemaUrl = readText(cursor, to)),
  });
  return { head, items, schemaUrl };
};

/** Reads TracesData or LogsData, which are laid out alike. */
export const readOtlp = <T>(bytes: Uint8Array, maxValueBytes: number, readItem: ReadItem<T>): T[] => {
  const cursor: WireCursor = { bytes, at: 0 };
  const found: T[] = [];
  readMessage(cursor, bytes.length, {
    10: (to) => {
      const groupEnd = readEnd(cursor, to);
      const byResource = readGroup(cursor, groupEnd);
      const resourceNotes = newNotes(maxValueBytes);
      const resource = readHead(cursor, byResource, (end) => readResource(cursor, end, resourceNotes));
      for (const [start, end] of byResource.items) {
        cursor.at = start;
        const byScope = readGroup(cursor, end);
        const scopeNotes = newNotes(maxValueBytes);
        const scope = readHead(cursor, byScope, (scopeEnd) => readScope(cursor, scopeEnd, scopeNotes));
        const owner = { resource, scope, notes: [resourceNotes, scopeNotes] };
        for (const [itemStart, itemEnd] of byScope.items) {
          cursor.at = itemStart;
          found.push(readItem(cursor, itemEnd, owner));
        }
      }
      cursor.at = groupEnd;
    },
  });
  return found;
};

const readHead = <T extends object>(cursor: WireCursor, group: Group, read: (end: number) => T): T | null => {
  if (group.head === null) return group.schemaUrl === '' ? null : withSchema(read(cursor.at), group.schemaUrl);
  cursor.at = group.head[0];
  return withSchema(read(group.head[1]), group.schemaUrl);
};
