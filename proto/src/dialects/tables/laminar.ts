import { oneOf } from '../convert.js';
import type { Dialect } from '../table.js';

const TYPES = oneOf({
  llm: 'chat',
  tool: 'execute_tool',
  evaluator: 'evaluator',
  human_evaluator: 'evaluator',
});

const TOOL = { only: ['execute_tool'] };
const PROPERTIES = 'lmnr.association.properties.';

export const laminar: Dialect = {
  name: 'laminar',
  fields: [
    ['lmnr.span.type', 'gen_ai.operation.name', { read: TYPES }],
    ['lmnr.span.input', 'gen_ai.tool.call.arguments', TOOL],
    ['lmnr.span.output', 'gen_ai.tool.call.result', TOOL],
    ['gen_ai.usage.input_cost', 'llm.cost.input'],
    ['gen_ai.usage.output_cost', 'llm.cost.output'],
    [`${PROPERTIES}session_id`, 'gen_ai.conversation.id'],
    [`${PROPERTIES}user_id`, 'user.id'],
    [`${PROPERTIES}tags`, 'tag.tags'],
  ],
  messages: [
    { from: 'lmnr.span.input', to: 'input', except: ['execute_tool'] },
    { from: 'lmnr.span.output', to: 'output', except: ['execute_tool'] },
  ],
};
