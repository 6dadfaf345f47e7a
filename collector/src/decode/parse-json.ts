import { isUtf8 } from 'node:buffer';

import { parseExact } from 'noveum-proto';

import { refuse, type Refused } from './refusal.js';

export type ParsedJson = { readonly status: 'parsed'; readonly value: unknown } | Refused;

/** V8 quotes the text in its message; only the place may be told. */
const issueOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end')) return 'must be valid JSON, but it ends too early';
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? 'must be valid JSON' : `must be valid JSON, but it breaks at character ${position}`;
};

/** Parses a body as JSON; integers beyond 2^53 are bigint. */
export const parseJson = (bytes: Buffer): ParsedJson => {
  if (!isUtf8(bytes)) return refuse('body', 'must be UTF-8', 'invalid_utf8');
  try {
    return { status: 'parsed', value: parseExact(bytes.toString('utf8')) };
  } catch (error) {
    if (error instanceof RangeError) return refuse('body', 'must not nest thousands of levels deep', 'nested_too_deep');
    return refuse('body', issueOf(error), 'invalid_json');
  }
};
