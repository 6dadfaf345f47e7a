/** JSON in UTF-8, in pieces cut anywhere. Each has a buffer of its own, which can be given to another thread. */
export type JsonText = readonly Uint8Array<ArrayBuffer>[];

const PIECE_CHARACTERS = 256 * 1024;

/** Joins texts to pieces, so that no string is as long as the whole. */
export const joinText = (parts: Iterable<string>): JsonText => {
  const encoder = new TextEncoder();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < PIECE_CHARACTERS) continue;
    pieces.push(encoder.encode(text));
    text = '';
  }
  if (text !== '') pieces.push(encoder.encode(text));
  return pieces;
};

/** An array, each item as `textOf` writes it. */
export const listText = function* <T>(
  items: Iterable<T>,
  textOf: (item: T) => Iterable<string> = (item) => [JSON.stringify(item)],
): Generator<string> {
  let separator = '[';
  for (const item of items) {
    yield separator;
    yield* textOf(item);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
};

/** An object of `members` and one more, which is a long list. */
export const withListText = function* (members: object, name: string, list: Iterable<string>): Generator<string> {
  const text = JSON.stringify(members);
  yield `${text.slice(0, -1)}${text === '{}' ? '' : ','}"${name}":`;
  yield* list;
  yield '}';
};
