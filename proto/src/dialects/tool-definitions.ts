import type { Attributes, Json } from '../document/index.js';
import { isList, isRecord } from './convert.js';
import { lenientJson } from './lenient-json.js';

const present = (fields: Readonly<Record<string, Json | undefined>>): Attributes =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  );

const definitionOf = (tool: Attributes): Attributes => {
  const told = isRecord(tool.function) ? tool.function : tool;
  const { name, description } = told;
  const schema =
    told.parameters ??
    told.inputSchema ??
    told.input_schema ??
    told.parametersJsonSchema ??
    told.parameters_json_schema;
  const type = typeof tool.type === 'string' && tool.type !== 'custom' ? tool.type : 'function';
  // A provider's own tool, such as a web search, is kept as it came.
  if (name === undefined || (type !== 'function' && schema === undefined)) return { type, ...tool };
  return present({ type, name, description, parameters: schema === undefined ? undefined : lenientJson(schema) });
};

/** Definitions of tools, of any provider's shape, as the semantic conventions have them. */
export const toToolDefinitions = (sent: Json): readonly Attributes[] => {
  const value = lenientJson(sent);
  if (isList(value)) return value.flatMap(toToolDefinitions);
  if (!isRecord(value)) return [];
  const declared = value.functionDeclarations ?? value.function_declarations;
  return isList(declared) ? declared.flatMap(toToolDefinitions) : [definitionOf(value)];
};
