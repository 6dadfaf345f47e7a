import type { ErrorCode } from '../../errors/index.js';
import { erasable, inPath, project } from './parameters.js';
import { COUNT, jsonAnswer, objectOf, type OperationDoc, orNull, ref, type Schema, TEXT, TIMESTAMP } from './types.js';

const ERRORS: readonly ErrorCode[] = ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'];

export const ERASURE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Erasure: objectOf({
    erasure_id: TEXT,
    erased_traces: COUNT,
    requested_at: TIMESTAMP,
    purged_at: orNull('string', {
      format: 'date-time',
      description: 'null: some file may still hold what was erased.',
    }),
  }),
  ErasureDryRun: objectOf({ dry_run: { const: true }, matching_traces: COUNT }),
};

/** What erases, for admins. */
export const ERASURE_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'delete',
    path: '/traces',
    id: 'eraseTraces',
    tag: 'erasing',
    summary: 'Erases every trace that fits',
    description: 'At least one parameter is needed beside `dry_run`; an empty value is refused.',
    need: 'admin',
    parameters: erasable,
    answers: {
      '200': jsonAnswer('Gone from every answer; or what would be.', {
        anyOf: [ref('Erasure'), ref('ErasureDryRun')],
      }),
    },
    errors: ERRORS,
  },
  {
    method: 'delete',
    path: '/traces/{id}',
    id: 'eraseTrace',
    tag: 'erasing',
    summary: 'Erases one trace',
    description: 'One that was erased is answered with the erasure that took it.',
    need: 'admin',
    parameters: [inPath('id', '0af7651916cd43dd8448eb211c80319c', 'The trace, in any form.'), project],
    answers: { '200': jsonAnswer('Gone from every answer.', ref('Erasure')) },
    errors: [...ERRORS, 'NOT_FOUND'],
  },
  {
    method: 'get',
    path: '/erasures/{id}',
    id: 'getErasure',
    tag: 'erasing',
    summary: 'How far an erasure is',
    need: 'admin',
    parameters: [inPath('id', '6e8bc430-9c3a-4d9f-8a2b-1f0e2d3c4b5a', 'The `erasure_id`.')],
    answers: { '200': jsonAnswer('The erasure.', ref('Erasure')) },
    errors: [...ERRORS, 'NOT_FOUND'],
  },
];
