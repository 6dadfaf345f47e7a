import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A text to be left as it is, or one to be redacted. */
export type Piece = string | { readonly kind: string; readonly value: string };

export interface Snippet {
  readonly text: string;
  /** In order; together they are the text. */
  readonly pieces: readonly Piece[];
}

const CORPUS = fileURLToPath(new URL('../../../../bench/redaction/corpus/', import.meta.url));
const LABELLED = /⟦([a-z_]+):([^⟧]*)⟧/g;

/** `␤` is a line's end; `¦` is nothing: it keeps who scans sources for leaked keys from finding these. */
const plain = (text: string): string => text.replaceAll('␤', '\n').replaceAll('¦', '');

const readSnippet = (line: string): Snippet => {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of line.matchAll(LABELLED)) {
    const [whole, kind = '', value = ''] = match;
    if (match.index > at) pieces.push(plain(line.slice(at, match.index)));
    pieces.push({ kind, value: plain(value) });
    at = match.index + whole.length;
  }
  if (at < line.length) pieces.push(plain(line.slice(at)));
  return { text: pieces.map((piece) => (typeof piece === 'string' ? piece : piece.value)).join(''), pieces };
};

/** The snippets of the corpus, one a line; in `plain-…` files there is nothing to be redacted. */
export const readCorpus = (isOfFile: (file: string) => boolean = () => true): readonly Snippet[] =>
  readdirSync(CORPUS)
    .filter((file) => file.endsWith('.txt') && isOfFile(file))
    .sort()
    .flatMap((file) => readFileSync(`${CORPUS}${file}`, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map(readSnippet);
