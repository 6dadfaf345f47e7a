import type { Dialect } from '../table.js';

/** OpenLIT speaks the older GenAI names; these are the few of its own. */
export const openlit: Dialect = {
  name: 'openlit',
  fields: [
    ['gen_ai.llm.provider', 'gen_ai.provider.name'],
    ['gen_ai.server.ttft', 'gen_ai.response.time_to_first_chunk'],
    ['gen_ai.usage.input_cost', 'llm.cost.input'],
    ['gen_ai.usage.output_cost', 'llm.cost.output'],
    ['gen_ai.tool.call.args', 'gen_ai.tool.call.arguments'],
  ],
  messages: [
    { from: 'gen_ai.content.prompt', to: 'input' },
    { from: 'gen_ai.content.completion', to: 'output' },
  ],
};
