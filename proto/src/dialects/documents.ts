import type { Attributes, Json } from '../document/index.js';
import { isList, isRecord, number } from './convert.js';
import { lenientJson } from './lenient-json.js';

/** Vectors are no text and fill any index. */
const VECTORS = new Set(['vector', 'embedding', 'embeddings', 'values']);

const NAMES = new Map([
  ['page_content', 'content'],
  ['pageContent', 'content'],
  ['text', 'content'],
  ['document', 'content'],
  ['document_id', 'id'],
  ['distance', 'score'],
  ['relevance_score', 'score'],
]);

const readAs = (name: string, value: Json): Json => {
  if (name === 'score') return number(value) ?? value;
  return name === 'metadata' ? lenientJson(value) : value;
};

const documentOf = (sent: Attributes): Attributes => {
  const document = isRecord(sent.document) ? sent.document : sent;
  const shown = Object.entries(document).flatMap(([name, value]) => {
    if (VECTORS.has(name) || value === null) return [];
    const known = NAMES.get(name);
    const as = known === undefined || document[known] !== undefined ? name : known;
    return [[as, readAs(as, value)] as const];
  });
  return Object.fromEntries(shown);
};

const LISTS = ['documents', 'results', 'matches', 'hits'];

/** Retrieved documents `{id, score, content, metadata, …}` without their vectors. */
export const toDocuments = (sent: Json): readonly Attributes[] => {
  const value = lenientJson(sent);
  if (isList(value)) return value.flatMap(toDocuments);
  if (typeof value === 'string') return value === '' ? [] : [{ content: value }];
  if (!isRecord(value)) return [];
  const list = LISTS.map((name) => value[name]).find(isList);
  return list === undefined ? [documentOf(value)] : toDocuments(list);
};
