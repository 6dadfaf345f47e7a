import { httpStatusOf } from '../../errors/index.js';
import { type AnswerDoc, JSON_TYPE, type OperationDoc, type ParameterDoc, type Schema } from './types.js';

type Schemas = Readonly<Record<string, Schema>>;

const PROTOBUF = 'application/x-protobuf';
const KEYS = [{ bearer: [] }, { header: [] }, { basic: [] }];

const resolved = (schema: Schema, schemas: Schemas): Schema => {
  const { $ref } = schema;
  return typeof $ref === 'string' ? (schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? schema) : schema;
};

/** What an object becomes for published clients: its members, and in `data` again. */
const publishedSchema = (schema: Schema, schemas: Schemas): Schema => {
  const plain = resolved(schema, schemas);
  // OTLP is the same everywhere.
  if (schema.$ref === '#/components/schemas/OtlpTraces') return schema;
  if (Array.isArray(plain.anyOf)) return { anyOf: plain.anyOf.map((one) => publishedSchema(one as Schema, schemas)) };
  return {
    ...plain,
    required: [...(plain.required as readonly string[]), 'success', 'data'],
    properties: { ...(plain.properties as object), success: { const: true }, data: schema },
  };
};

const answerObject = (answer: AnswerDoc, isWrapped: boolean, schemas: Schemas): unknown => ({
  description: answer.description,
  content: Object.fromEntries(
    Object.entries(answer.content).map(([type, { schema, ...rest }]) => [
      type,
      { schema: isWrapped && type === JSON_TYPE ? publishedSchema(schema, schemas) : schema, ...rest },
    ]),
  ),
});

/** Senders of OTLP are refused in its own shape. */
const sendersError = (status: string): unknown => ({
  description: `As Error${status}; to senders of OTLP a google.rpc.Status.`,
  ...(status === '503' ? { headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } } : {}),
  content: {
    [JSON_TYPE]: {
      schema: { anyOf: [{ $ref: '#/components/schemas/Error' }, { $ref: '#/components/schemas/OtlpStatus' }] },
    },
    [PROTOBUF]: { schema: { type: 'string', contentMediaType: PROTOBUF } },
  },
});

const errorsOf = ({ errors, tag }: OperationDoc): Record<string, unknown> =>
  Object.fromEntries(
    [...new Set(errors.map((code) => String(httpStatusOf[code])))].map((status) => [
      status,
      tag === 'sending' ? sendersError(status) : { $ref: `#/components/responses/Error${status}` },
    ]),
  );

export interface OperationContext {
  /** Under the published clients' prefix. */
  readonly isPublished: boolean;
  readonly schemas: Schemas;
  readonly refOf: (parameter: ParameterDoc) => unknown;
}

export const operationObject = (
  operation: OperationDoc,
  operationId: string,
  context: OperationContext,
): Record<string, unknown> => {
  const { tag, summary, description, need, parameters, body, answers, otherErrors = {}, errors } = operation;
  const { schemas } = context;
  const isWrapped = context.isPublished && operation.isWrapped !== false;
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(context.refOf) }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...body } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, answerObject(answer, isWrapped, schemas)]),
      ),
      ...Object.fromEntries(
        Object.entries(otherErrors).map(([status, answer]) => [status, answerObject(answer, false, schemas)]),
      ),
      ...errorsOf(operation),
    },
    // `{}`: without keys, on the machine's own address, none is needed.
    security: need === null ? [] : [...KEYS, {}],
    ...(errors.length === 0 ? {} : { 'x-error-codes': errors }),
    ...(need === null ? {} : { 'x-role': need }),
  };
};
