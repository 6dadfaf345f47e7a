/** What is put in the place of a finding, and how it is known again. */
export interface Labels {
  readonly of: (kind: number) => string;
  readonly hashed: (kind: number, hash: string) => string;
  /** End of a label that stands at `at`; -1: none does. */
  readonly endAt: (text: string, at: number) => number;
  /** The characters that a label begins with. */
  readonly firstCharacters: readonly string[];
}

export const HASH_DIGITS = 12;

const COLON = 58;
const UNDERSCORE = 95;

const CLOSING = /[\])}>]$/;
const HASH = /^:[0-9a-f]{12}/;

/** `[EMAIL]` is `[EMAIL:9f86d081884c]` with a hash, `EMAIL` is `EMAIL:9f86d081884c`. */
const partsOf = (label: string): readonly [string, string] => {
  const closing = CLOSING.exec(label)?.[0] ?? '';
  return [label.slice(0, label.length - closing.length), closing];
};

/** The number that tells keys apart which became the same label: `[EMAIL]_2`. */
const numberEnd = (text: string, at: number): number =>
  text.charCodeAt(at) === UNDERSCORE ? at + (/^_\d{1,6}/.exec(text.slice(at, at + 7))?.[0].length ?? 0) : at;

/** `labels` by number of kind; `more` are known again too. */
export const createLabels = (labels: readonly string[], more: readonly string[]): Labels => {
  // The longest first: one label may begin with another.
  const known = [...new Set([...labels, ...more])].sort((a, b) => b.length - a.length).map(partsOf);
  const first = new Uint8Array(128);
  const second = new Uint8Array(128);
  for (const [head, closing] of known) {
    first[head.charCodeAt(0)] = 1;
    second[`${head}${closing}:`.charCodeAt(1)] = 1;
    // A label of one character may have anything behind it.
    if (head.length + closing.length === 1) second.fill(1);
  }
  const endAt = (text: string, at: number): number => {
    if (first[text.charCodeAt(at)] !== 1 || second[text.charCodeAt(at + 1)] === 0) return -1;
    for (const [head, closing] of known) {
      if (!text.startsWith(head, at)) continue;
      const from = at + head.length;
      const isHashed = text.charCodeAt(from) === COLON && HASH.test(text.slice(from, from + 1 + HASH_DIGITS));
      const end = isHashed ? from + 1 + HASH_DIGITS : from;
      if (text.startsWith(closing, end)) return numberEnd(text, end + closing.length);
    }
    return -1;
  };
  const ofKind = (kind: number): string => labels[kind] as string;
  return {
    of: ofKind,
    hashed: (kind, hash) => {
      const [head, closing] = partsOf(ofKind(kind));
      return `${head}:${hash}${closing}`;
    },
    endAt,
    firstCharacters: known.map(([head]) => head.charAt(0)),
  };
};
