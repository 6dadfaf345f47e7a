import type { Permission } from '../../access/index.js';
import type { ErrorCode } from '../../errors/index.js';

/** A JSON Schema (2020-12), as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

export interface ParameterDoc {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description: string;
  readonly schema: Schema;
  /** A value that is taken, as it stands in the address. */
  readonly example: string;
  /** Of a list: whether `a,b` is one parameter. */
  readonly explode?: false;
}

export interface ContentDoc {
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface AnswerDoc {
  readonly description: string;
  /** By media type. */
  readonly content: Readonly<Record<string, ContentDoc>>;
}

export interface OperationDoc {
  readonly method: 'get' | 'post' | 'delete';
  /** Below the prefixes, e.g. `/traces/{id}`. */
  readonly path: string;
  /** Default: `/v1`, and `/api/v1` with the members of the answer in `data` too. */
  readonly prefixes?: readonly string[];
  /** Whether under `/api/v1` a JSON object has `success` and `data`; default true. */
  readonly isWrapped?: boolean;
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** null: no key is needed. */
  readonly need: Permission | null;
  readonly parameters: readonly ParameterDoc[];
  readonly body?: AnswerDoc;
  /** By status. */
  readonly answers: Readonly<Record<string, AnswerDoc>>;
  /** Refusals in the shape of `Error`. */
  readonly errors: readonly ErrorCode[];
  /** Refusals in another shape, by status. */
  readonly otherErrors?: Readonly<Record<string, AnswerDoc>>;
}

export const JSON_TYPE = 'application/json';

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object of these members and no other; all are always there but those that are named. */
export const objectOf = (properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
  properties,
});

export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const orNull = (type: string, more: Schema = {}): Schema => ({ type: [type, 'null'], ...more });
export const TEXT: Schema = { type: 'string' };
export const COUNT: Schema = { type: 'integer', minimum: 0 };
export const NUMBER: Schema = { type: 'number' };
export const FLAG: Schema = { type: 'boolean' };
export const ANY_OBJECT: Schema = { type: 'object' };
export const TIMESTAMP: Schema = { type: 'string', format: 'date-time' };

export const jsonAnswer = (description: string, schema: Schema, example?: unknown): AnswerDoc => ({
  description,
  content: { [JSON_TYPE]: { schema, ...(example === undefined ? {} : { example }) } },
});
