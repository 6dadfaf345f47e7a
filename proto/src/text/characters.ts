/**
 * What a UTF-16 code unit is to the tokeniser, and what it is folded to. Both tables fill as characters are met:
 * each is a pure function of the unit, so that sharing them is safe.
 */
export const BREAK = 1;
/** A letter without case, a digit, or a mark that belongs to its script. */
export const OTHER = 2;
export const LOWER = 3;
export const UPPER = 4;
/** Folds to several units, or to none that is left. */
export const COMPLEX = 5;
/** Of a script written without spaces, or a pictograph: a token by itself. */
export const SINGLE = 6;
/** Leaves no trace: diacritics, joiners, soft hyphens. */
export const IGNORED = 7;
/** Ties two words into one compound where it stands alone between them. */
export const CONNECTOR = 8;
export const SURROGATE = 9;

const CONNECTORS = "_-.@:/\\'’,+#=&%~?";

const IGNORABLE =
  /^[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]$/u;
const IGNORABLES = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]/gu;
const WORD = /^[\p{L}\p{N}\p{M}]$/u;
const NOT_WORD = /[^\p{L}\p{N}\p{M}]/gu;
const UNSEGMENTED =
  /^[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]$/u;
const PICTOGRAPH = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]$/u;

/** Marks that compose with the character before: kana voicing, the vowels and tails of Hangul. */
export const isComposing = (unit: number): boolean =>
  unit === 0x3099 ||
  unit === 0x309a ||
  unit === 0xff9e ||
  unit === 0xff9f ||
  (unit >= 0x1160 && unit <= 0x11ff) ||
  (unit >= 0xd7b0 && unit <= 0xd7fb);

const kindOf = (character: string): number => {
  if (CONNECTORS.includes(character)) return CONNECTOR;
  if (IGNORABLE.test(character)) return IGNORED;
  if (PICTOGRAPH.test(character)) return SINGLE;
  if (!WORD.test(character)) return BREAK;
  if (UNSEGMENTED.test(character)) return SINGLE;
  return OTHER;
};

/** The case, width and diacritics of a letter taken away; may be empty. Upper before lower case: ß is ss, ς is σ. */
export const foldCharacter = (character: string): string =>
  character
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(IGNORABLES, '')
    .replace(NOT_WORD, '');

/** A character of a script without spaces, with the marks that compose with it: they tell words apart, and stay. */
export const foldSingle = (characters: string): string => characters.normalize('NFKC').toLowerCase();

/** The kind of a character outside the basic plane. */
export const astralKind = (character: string): number => {
  const kind = kindOf(character);
  return kind === OTHER ? COMPLEX : kind;
};

const kinds = new Uint8Array(65_536);
const folds = new Uint16Array(65_536);

const learn = (unit: number): number => {
  if (unit >= 0xd800 && unit <= 0xdfff) return (kinds[unit] = SURROGATE);
  const character = String.fromCharCode(unit);
  const kind = kindOf(character);
  if (kind === SINGLE) {
    const folded = foldSingle(character);
    folds[unit] = folded.length === 1 ? folded.charCodeAt(0) : 0;
  }
  if (kind !== OTHER) return (kinds[unit] = kind);
  const folded = foldCharacter(character);
  if (folded.length !== 1) return (kinds[unit] = COMPLEX);
  folds[unit] = folded.charCodeAt(0);
  const upper = character.toUpperCase();
  const lower = character.toLowerCase();
  return (kinds[unit] = upper === lower ? OTHER : character === lower ? LOWER : UPPER);
};

/** One of the constants above. */
export const kindOfUnit = (unit: number): number => (kinds[unit] as number) || learn(unit);

/** Of a unit whose kind was asked before; 0: it folds to more than one unit, or is no part of a token. */
export const foldOfUnit = (unit: number): number => folds[unit] as number;
