import type { Json } from '../../document/index.js';
import { isList } from '../convert.js';
import type { Dialect } from '../table.js';

const asSent = (tags: Json): Json | undefined => {
  if (typeof tags === 'string') return tags === '' ? undefined : [tags];
  return isList(tags) ? tags.filter((tag) => typeof tag === 'string') : undefined;
};

/** Names of OpenTelemetry at large, which mean themselves; alone they make no GenAI span. */
export const general: Dialect = {
  name: 'generic',
  fields: [
    ['user.id', 'user.id'],
    ['session.id', '#session'],
    ['tag.tags', 'tag.tags', { read: asSent }],
    ['error.type', 'error.type'],
  ],
};

/** What is left to be believed where no dialect says it. */
export const generic: Dialect = {
  name: 'generic',
  fields: [
    ['enduser.id', 'user.id'],
    ['session.id', 'gen_ai.conversation.id'],
    ['tags', 'tag.tags'],
  ],
};
