import { FIELD_NAMES } from '../fields.js';
import type { Dialect, FieldRow } from '../table.js';

const OF_OTHERS: ReadonlySet<string> = new Set(['user.id', 'tag.tags', 'error.type']);

const itself = FIELD_NAMES.filter((field) => /^(?:gen_ai|openai)\./.test(field) && !OF_OTHERS.has(field)).map(
  (field): FieldRow => [field, field],
);

/** The GenAI semantic conventions, 1.37 to 1.41: each name means itself. */
export const canonical: Dialect = {
  name: 'otel',
  fields: [
    ...itself,
    [
      'mcp.method.name',
      'gen_ai.operation.name',
      { read: (method) => (method === 'tools/call' ? 'execute_tool' : undefined) },
    ],
  ],
  messages: [
    { from: 'gen_ai.system_instructions', to: 'system' },
    { from: 'gen_ai.input.messages', to: 'input' },
    { from: 'gen_ai.output.messages', to: 'output' },
    { from: 'gen_ai.tool.definitions', to: 'tools' },
    { from: 'gen_ai.retrieval.documents', to: 'documents' },
  ],
};

/** What semantic-conventions-genai renamed after 1.41. */
export const afterRelease: Dialect = {
  name: 'otel-next',
  fields: [
    ['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
    ['gen_ai.retrieval.top_k', 'gen_ai.request.top_k'],
    ['gen_ai.memory.query.text', 'gen_ai.retrieval.query.text'],
    ['gen_ai.memory.store.id', 'gen_ai.data_source.id'],
  ],
  messages: [{ from: 'gen_ai.memory.records', to: 'documents' }],
};
