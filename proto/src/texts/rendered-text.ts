import { lenientJson } from '../dialects/index.js';
import type { Attributes, Json } from '../document/index.js';

/** What messages carry beside what was said: nobody looks for it, and every message has it. */
const NOISE: ReadonlySet<string> = new Set([
  'role',
  'type',
  'id',
  'index',
  'finish_reason',
  'finishReason',
  'stop_reason',
  'call_id',
  'tool_call_id',
  'toolCallId',
  'mime_type',
  'mimeType',
  'media_type',
  'mediaType',
  'modality',
  'signature',
  'data',
  'blob',
  'b64_json',
]);

const MAX_DEPTH = 64;

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
export const isRecord = (value: Json): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const BEGINS_LIKE_JSON = /^\s*[[{("]/;
const BEGINS_LIKE_STRUCTURE = /^\s*[[{]/;

/** What a text that should be JSON says; the common case is tried first, for every message passes here. */
export const structured = (value: Json): Json => {
  if (typeof value !== 'string' || !BEGINS_LIKE_JSON.test(value)) return value;
  try {
    const read = JSON.parse(value) as Json;
    return typeof read === 'string' ? lenientJson(read) : read;
  } catch {
    return lenientJson(value);
  }
};

interface Rendering {
  /** Of arguments and results the names count too: `city: Paris`. */
  readonly named: boolean;
  readonly lines: string[];
}

const put = ({ lines, named }: Rendering, name: string | null, text: string): void => {
  if (text !== '') lines.push(named && name !== null ? `${name}: ${text}` : text);
};

const render = (value: Json, name: string | null, into: Rendering, depth: number): void => {
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') {
    const read = BEGINS_LIKE_STRUCTURE.test(value) ? structured(value) : value;
    if (typeof read === 'string') put(into, name, read);
    else if (into.named) render(read, name, into, depth + 1);
    else renderInto(read, { named: true, lines: into.lines }, depth + 1);
  } else if (isList(value)) {
    for (const item of value) if (typeof item !== 'number') render(item, name, into, depth + 1);
  } else if (isRecord(value)) renderInto(value, into, depth);
  else if (into.named && value !== null && name !== null) put(into, name, String(value));
};

const renderInto = (value: Json, into: Rendering, depth: number): void => {
  if (!isRecord(value)) {
    render(value, null, into, depth + 1);
    return;
  }
  for (const name in value) {
    if (NOISE.has(name) && !into.named) continue;
    // Arguments come as a record where they don't come as JSON.
    const isArguments = !into.named && (name === 'arguments' || name === 'args' || name === 'input');
    const item = value[name] ?? null;
    render(item, name, isArguments && isRecord(item) ? { named: true, lines: into.lines } : into, depth + 1);
  }
};

/** All that a value says, a line each. */
export const renderedText = (value: Json, named: boolean): string => {
  if (typeof value === 'string') return value;
  const lines: string[] = [];
  render(value, null, { named, lines }, 0);
  return lines.join('\n');
};
