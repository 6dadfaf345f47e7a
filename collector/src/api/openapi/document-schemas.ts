import { createRequire } from 'node:module';

import type { Schema } from './types.js';

interface DocumentSchema {
  readonly $defs: Readonly<Record<string, Schema>> & { readonly trace: TraceSchema };
}

interface TraceSchema extends Schema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Schema>>;
}

const { $defs } = createRequire(import.meta.url)('noveum-proto/schema/trace-document.schema.json') as DocumentSchema;

const NAMES: Readonly<Record<string, string>> = { trace: 'TraceDocument', span: 'SpanDocument' };

const nameOf = (definition: string): string =>
  NAMES[definition] ?? definition.slice(0, 1).toUpperCase() + definition.slice(1);

const withNewRefs = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withNewRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) =>
      name === '$ref' && typeof member === 'string'
        ? [name, `#/components/schemas/${nameOf(member.slice('#/$defs/'.length))}`]
        : [name, withNewRefs(member)],
    ),
  );
};

const { spans: _spans, ...summaryProperties } = $defs.trace.properties;

const SUMMARY: Schema = {
  ...$defs.trace,
  description: 'A trace as lists show it: the document without its spans.',
  required: $defs.trace.required.filter((name) => name !== 'spans'),
  properties: summaryProperties,
};

const LISTED: Schema = {
  ...SUMMARY,
  description: 'A trace of a list: with spans where they are asked for, and where texts are, with what matches.',
  properties: {
    ...$defs.trace.properties,
    matches: { type: 'array', maxItems: 5, items: { $ref: '#/$defs/textMatch' } },
  },
};

/** The trace document and its parts, from the schema that noveum-proto keeps. */
export const DOCUMENT_SCHEMAS: Readonly<Record<string, Schema>> = Object.fromEntries(
  Object.entries({ ...$defs, traceSummary: SUMMARY, listedTrace: LISTED }).map(([name, schema]) => [
    nameOf(name),
    withNewRefs(schema) as Schema,
  ]),
);
