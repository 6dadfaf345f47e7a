import { Ajv2020 } from 'ajv/dist/2020.js';

import { openApiDocument } from '../../src/api/openapi/index.js';

export interface ParameterObject {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example?: string | number | boolean | readonly string[];
}

export interface OperationObject {
  readonly operationId: string;
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
  readonly responses: Readonly<Record<string, object>>;
  readonly 'x-error-codes'?: readonly string[];
  readonly 'x-role'?: 'ingest' | 'read' | 'admin';
}

/** One method of one path of the document. */
export interface Described {
  readonly method: string;
  /** As the document has it, e.g. `/v1/traces/{id}`. */
  readonly path: string;
  readonly operation: OperationObject;
}

interface WrittenOperation extends Omit<OperationObject, 'parameters'> {
  readonly parameters?: readonly { readonly $ref: string }[];
}

export const document = openApiDocument('1.2.3') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, ParameterObject>> };
};

const nameIn = ($ref: string): string => $ref.slice($ref.lastIndexOf('/') + 1);

const resolved = (operation: WrittenOperation): OperationObject => ({
  ...operation,
  parameters: (operation.parameters ?? []).map(
    ({ $ref }) => document.components.parameters[nameIn($ref)] as ParameterObject,
  ),
});

export const described: readonly Described[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation: resolved(operation) })),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
ajv.addSchema(document, 'openapi');

const pointerOf = (steps: readonly string[]): string =>
  steps.map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

const at = (steps: readonly string[]): unknown =>
  steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], document);

/** What is wrong with a value by the schema that stands there in the document. */
export const problemsBy = (steps: readonly string[], value: unknown): readonly string[] => {
  const validate = ajv.getSchema(`openapi#${pointerOf(steps)}`);
  if (validate === undefined) return [`no schema at ${steps.join(' ')}`];
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
};

const parsed = (type: string, body: Buffer): readonly unknown[] => {
  switch (type) {
    case 'application/json':
      return [JSON.parse(body.toString())];
    case 'application/x-ndjson':
      return body
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown);
    case 'text/event-stream':
      return [...body.toString().matchAll(/^event: trace\n(?:id: .*\n)?data: (.*)$/gm)].map(
        ([, data = '']) => JSON.parse(data) as unknown,
      );
    default:
      return [body.toString('latin1')];
  }
};

export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What is wrong with an answer by the document: its status, its content type, its body. */
export const problemsOf = ({ method, path, operation }: Described, answered: Answered): readonly string[] => {
  const status = String(answered.status);
  const type = answered.contentType.split(';')[0]?.trim() ?? '';
  let steps = ['paths', path, method, 'responses', status];
  const response = operation.responses[status] as { readonly $ref?: string } | undefined;
  if (response === undefined) return [`${status} is not described: ${answered.body.toString('utf8', 0, 300)}`];
  if (response.$ref !== undefined) steps = response.$ref.split('/').slice(1);
  if (at([...steps, 'content', type]) === undefined) return [`${status} as ${type} is not described`];
  return parsed(type, answered.body).flatMap((value) => problemsBy([...steps, 'content', type, 'schema'], value));
};
