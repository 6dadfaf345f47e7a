import type { JsonText } from '../query/index.js';

/** A member of an answer: a small value, text that is JSON already, or text that is fetched piece by piece. */
export type JsonMember =
  { readonly value: unknown } | { readonly text: JsonText } | { readonly stream: () => AsyncIterable<Uint8Array> };

export type JsonMembers = Readonly<Record<string, JsonMember>>;

const memberPieces = (member: JsonMember): Iterable<Uint8Array> | AsyncIterable<Uint8Array> => {
  if ('text' in member) return member.text;
  return 'stream' in member ? member.stream() : [Buffer.from(JSON.stringify(member.value))];
};

/** The text of an object. */
export const objectPieces = async function* (members: JsonMembers): AsyncGenerator<Uint8Array> {
  let separator = '{';
  for (const [name, member] of Object.entries(members)) {
    yield Buffer.from(`${separator}${JSON.stringify(name)}:`);
    yield* memberPieces(member);
    separator = ',';
  }
  yield Buffer.from('}');
};

/**
 * JSON under `/api/v1` is what the published clients read, and what they read differs: so it has `success`, `data`, and
 * the members of `data` at the top too.
 */
export const publishedMembers = (members: JsonMembers): JsonMembers => ({
  success: { value: true },
  ...members,
  data: { stream: () => objectPieces(members) },
});

/** The text of a list whose items are texts. */
export const listPieces = async function* (items: AsyncIterable<JsonText>): AsyncGenerator<Uint8Array> {
  let separator = '[';
  for await (const text of items) {
    yield Buffer.from(separator);
    yield* text;
    separator = ',';
  }
  yield Buffer.from(separator === '[' ? '[]' : ']');
};
