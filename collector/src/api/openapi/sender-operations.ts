import { cursor, limit, offset, project, senderParameters, sizes } from './parameters.js';
import { ANY_OBJECT, COUNT, jsonAnswer, listOf, objectOf, type OperationDoc, ref, type Schema, TEXT } from './types.js';

const BY_REASON: Schema = { type: 'object', additionalProperties: COUNT };

export const SENDER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Sender: {
    ...objectOf({
      instance_id: { ...TEXT, description: 'Made anew with each start of a process.' },
      exporter: TEXT,
      project: TEXT,
      service: TEXT,
      sdk_version: TEXT,
      state: { enum: ['running', 'ended'] },
      first_seen: ref('Time'),
      last_seen: ref('Time'),
      created: { ...COUNT, description: 'Spans begun, those that a sampler left out included.' },
      recovered: { ...COUNT, description: 'Found on disk, left there by a process before it.' },
      sampled_out: COUNT,
      received: { ...COUNT, description: 'Acknowledged.' },
      lost: COUNT,
      in_flight: COUNT,
      dropped: { ...BY_REASON, description: 'By the sender, by reason.' },
      rejected: { ...BY_REASON, description: 'For good, by reason.' },
      spooled: { ...COUNT, description: "On the sender's disk." },
      retries: COUNT,
      requests: COUNT,
      repeated: { ...COUNT, description: 'Spans of requests that came again; not counted as received.' },
    }),
    description: '`created + recovered = received + sampled_out + lost + in_flight`.',
  },
};

export const SENDER_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'get',
    path: '/senders',
    id: 'listSenders',
    tag: 'service',
    summary: 'What senders say they made, beside what of it came',
    need: 'read',
    parameters: [project, ...senderParameters, limit, offset, ...sizes, cursor],
    answers: {
      '200': jsonAnswer(
        'The page.',
        objectOf({
          senders: listOf(ref('Sender')),
          forgotten: { ...COUNT, description: 'Senders that had to go for others, since the start.' },
          pagination: ref('Pagination'),
          filters_applied: ANY_OBJECT,
        }),
      ),
    },
    errors: ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'],
  },
];
