import type { Attributes, EntityRefDocument, Json, ResourceDocument, ScopeDocument } from './types.js';

type IsA = (value: Json) => boolean;
type Fields = Readonly<Record<string, IsA>>;

const isText: IsA = (value) => typeof value === 'string';
const isRecord: IsA = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount: IsA = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
const isListOf =
  (isA: IsA): IsA =>
  (value) =>
    Array.isArray(value) && value.every((item: Json) => isA(item));

const hasOnly =
  (fields: Fields, required: readonly string[]): IsA =>
  (value) =>
    isRecord(value) &&
    required.every((name) => Object.hasOwn(value as Attributes, name)) &&
    Object.entries(value as Attributes).every(([name, item]) => Object.hasOwn(fields, name) && fields[name]?.(item));

const ENTITY_REF: Record<keyof EntityRefDocument, IsA> = {
  schema_url: isText,
  type: isText,
  id_keys: isListOf(isText),
  description_keys: isListOf(isText),
};
const RESOURCE: Record<keyof ResourceDocument, IsA> = {
  attributes: isRecord,
  schema_url: isText,
  dropped_attributes_count: isCount,
  entity_refs: isListOf(hasOnly(ENTITY_REF, ['type', 'id_keys', 'description_keys'])),
};
const SCOPE: Record<keyof ScopeDocument, IsA> = {
  name: isText,
  version: isText,
  attributes: isRecord,
  schema_url: isText,
  dropped_attributes_count: isCount,
};

const isResource = hasOnly(RESOURCE, ['attributes']);
const isScope = hasOnly(SCOPE, []);

/** A native span's `resource`, where it is one as the document has it. */
export const sentResource = (sent: Json | undefined): ResourceDocument | null =>
  sent !== undefined && isResource(sent) ? (sent as unknown as ResourceDocument) : null;

/** A native span's `scope`, likewise. */
export const sentScope = (sent: Json | undefined): ScopeDocument | null =>
  sent !== undefined && isScope(sent) ? (sent as unknown as ScopeDocument) : null;

/** Of these fields those that were sent as counts; OTLP's zero is not sent, and not shown. */
export const sentCounts = (sent: Attributes, ...names: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = sent[name];
      return value !== undefined && isCount(value) ? [[name, value as number] as const] : [];
    }),
  );
