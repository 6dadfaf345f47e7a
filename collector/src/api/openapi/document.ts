import { type ErrorCode, httpStatusOf } from '../../errors/index.js';
import { ANALYTICS_OPERATIONS, ANALYTICS_SCHEMAS } from './analytics-operations.js';
import { ANSWER_SCHEMAS } from './answer-schemas.js';
import { DOCUMENT_SCHEMAS } from './document-schemas.js';
import { ERASURE_OPERATIONS, ERASURE_SCHEMAS } from './erasure-operations.js';
import { GROUP_OPERATIONS, GROUP_SCHEMAS } from './group-operations.js';
import { INGEST_OPERATIONS } from './ingest-operations.js';
import { NATIVE_SCHEMAS } from './native-schemas.js';
import { OTLP_SCHEMAS } from './otlp-schemas.js';
import { type OperationContext, operationObject } from './operation-object.js';
import { SENDER_OPERATIONS, SENDER_SCHEMAS } from './sender-operations.js';
import { SERVICE_OPERATIONS } from './service-operations.js';
import { createSharedParameters } from './shared-parameters.js';
import { SPAN_SCHEMAS } from './span-schemas.js';
import { TRACE_OPERATIONS } from './trace-operations.js';
import type { OperationDoc, Schema } from './types.js';

/** Every operation that the collector answers. */
const OPERATIONS: readonly OperationDoc[] = [
  ...INGEST_OPERATIONS,
  ...TRACE_OPERATIONS,
  ...ANALYTICS_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...ERASURE_OPERATIONS,
  ...SENDER_OPERATIONS,
  ...SERVICE_OPERATIONS,
];

const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...DOCUMENT_SCHEMAS,
  ...ANSWER_SCHEMAS,
  ...SPAN_SCHEMAS,
  ...ERASURE_SCHEMAS,
  ...ANALYTICS_SCHEMAS,
  ...GROUP_SCHEMAS,
  ...SENDER_SCHEMAS,
  ...NATIVE_SCHEMAS,
  ...OTLP_SCHEMAS,
};

const DESCRIPTION = `Takes traces (OTLP, native) and gives them back. Each route stands under two prefixes: \`/v1\` answers
as described; \`/api/v1\` is what the published clients call: the same routes, parameters and members, beside them
\`success: true\` and \`data\` with the same members again. An unknown parameter or a value that breaks a rule is a 400 that
names it. Any other method on a path is a 405, any other path a 404, in the shape of \`Error\`. Without keys the collector
serves its own machine only, and none is needed. HEAD is answered as GET without a body.`;

const DEFAULT_PREFIXES = ['/v1', '/api/v1'];

const pathsOf = (refOf: OperationContext['refOf']): Record<string, Record<string, unknown>> => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS)
    for (const [index, prefix] of (operation.prefixes ?? DEFAULT_PREFIXES).entries()) {
      const path = prefix + operation.path;
      const isPublished = prefix.startsWith('/api');
      // An id names one place: the others than the first say which they are.
      const id = index === 0 ? operation.id : `${operation.id}At${String(index + 1)}`;
      paths[path] = {
        ...paths[path],
        [operation.method]: operationObject(operation, id, { isPublished, schemas: SCHEMAS, refOf }),
      };
    }
  return paths;
};

const errorResponses = (): Record<string, unknown> => {
  const byStatus = Object.groupBy(Object.entries(httpStatusOf), ([, status]) => String(status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes = []]) => [
      `Error${status}`,
      {
        description: codes.map(([code]) => code).join(', '),
        ...(status === '503' ? { headers: { 'Retry-After': { schema: { type: 'integer', minimum: 1 } } } } : {}),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
};

const withCodes = (schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> => {
  const codes = Object.keys(httpStatusOf) as ErrorCode[];
  return { ...schemas, ErrorCode: { enum: codes } };
};

/** The description of the API, OpenAPI 3.1. */
export const openApiDocument = (version: string): Readonly<Record<string, unknown>> => {
  const shared = createSharedParameters();
  const paths = pathsOf(shared.refOf);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Noveum Trace collector',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'sending', description: 'Taking traces, logs and metrics.' },
      { name: 'traces', description: 'Giving traces back.' },
      { name: 'analytics', description: 'Summing traces up, and what they have in common.' },
      { name: 'erasing', description: 'Erasing traces, for admins.' },
      { name: 'service', description: 'The collector itself.' },
    ],
    paths,
    components: {
      schemas: withCodes(SCHEMAS),
      parameters: shared.objects(),
      responses: errorResponses(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key, `nv_…`.' },
        header: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        basic: { type: 'http', scheme: 'basic', description: 'The key as the password.' },
      },
    },
  };
};
