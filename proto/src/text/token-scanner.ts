import {
  astralKind,
  BREAK,
  COMPLEX,
  CONNECTOR,
  foldCharacter,
  foldOfUnit,
  foldSingle,
  IGNORED,
  isComposing,
  kindOfUnit,
  LOWER,
  OTHER,
  SINGLE,
  SURROGATE,
  UPPER,
} from './characters.js';
import { createCodeUnits } from './code-units.js';

/**
 * Where tokens go as a text is read. `from` and `to` delimit the token's folded code units in the scanner's `units`,
 * `start` and `end` the token in the text.
 */
export interface TokenSink {
  /**
   * A word, or one character of a script without spaces. `joinedFrom`: where the units of the token before begin, if
   * a connector (or, between such characters, nothing) stands between the two; then `joinedFrom` to `to` is their pair.
   * Otherwise -1.
   */
  token(from: number, to: number, start: number, end: number, joinedFrom: number): void;
  /** A part of the camelCase word reported just before. */
  inner(from: number, to: number, start: number, end: number): void;
}

export interface TokenScanner {
  /** Folded units of the text read last; at least eight follow after each token. */
  units(): Uint16Array;
  scan(text: string): void;
}

/** What stands for any connector in a pair of words. */
const JOINER_UNIT = 0x2d;
/** Of a compound longer than this only the beginning is read: nobody searches inside an image's base64. */
const MAX_COMPOUND_UNITS = 1024;
const MIN_INNER_UNITS = 2;
/** No character folds to more than 18 (U+FDFA). */
const MAX_FOLDED_UNITS = 18;
/** `units` goes on at least so far after a token, so that a reader may take eight at once. */
const SPARE_UNITS = 8;

/** Reads texts into tokens by the rules that indexing, querying and highlighting share. Not reentrant. */
export const createTokenScanner = (sink: TokenSink): TokenScanner => {
  let units = new Uint16Array(8192);
  const codes = createCodeUnits();
  let used = 0;
  const cutUnits: number[] = [];
  const cutOffsets: number[] = [];

  const put = (folded: string): void => {
    for (let at = 0; at < folded.length; at++) units[used++] = folded.charCodeAt(at);
  };

  const noteCut = (unit: number, offset: number): void => {
    cutUnits.push(unit);
    cutOffsets.push(offset);
  };

  const makeRoom = (length: number): void => {
    if (used + length <= units.length) return;
    const wider = new Uint16Array(Math.max(units.length * 2, used + length));
    wider.set(units);
    units = wider;
  };

  /** Reads what is no plain letter of a word; returns its end in the text, or -1 where the word ends before it. */
  const readRare = (text: string, at: number, kind: number): number => {
    if (kind === IGNORED) return at + 1;
    if (kind !== COMPLEX && kind !== SURROGATE) return -1;
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (kind === SURROGATE && astralKind(character) !== COMPLEX) return -1;
    makeRoom(text.length - at + MAX_FOLDED_UNITS + SPARE_UNITS);
    put(foldCharacter(character));
    return at + character.length;
  };

  /** Reads a word from `start`; returns its end in the text. There is room for every plain letter of the text. */
  const readWord = (text: string, start: number): number => {
    const { length } = text;
    const read = codes.units();
    let room = units;
    let to = used;
    let at = start;
    let before = 0;
    let uppers = 0;
    while (at < length) {
      let unit = read[at] as number;
      if (unit >= 0x61 && unit <= 0x7a) {
        if (uppers > 1 && before === UPPER) noteCut(to - 1, at - 1);
        uppers = 0;
        before = LOWER;
        do {
          room[to++] = unit;
          unit = read[++at] as number;
        } while (unit >= 0x61 && unit <= 0x7a);
      }
      const kind = kindOfUnit(unit);
      if (kind > UPPER || kind === BREAK) {
        used = to;
        const end = readRare(text, at, kind);
        if (end < 0) break;
        room = units;
        to = used;
        at = end;
        if (kind !== IGNORED) before = OTHER;
        continue;
      }
      if (kind === UPPER) {
        if (before === LOWER) noteCut(to, at);
        uppers++;
      } else {
        if (uppers > 1 && kind === LOWER && before === UPPER) noteCut(to - 1, at - 1);
        uppers = 0;
      }
      room[to++] = foldOfUnit(unit);
      before = kind;
      at++;
    }
    used = to;
    return at;
  };

  /** Most words are lower case and nothing else: such a one is put, not yet used, and its end given; else 0. */
  const readPlainWord = (read: Uint16Array, start: number): number => {
    const room = units;
    let to = used;
    let at = start;
    let unit = read[at] as number;
    do {
      room[to++] = unit;
      unit = read[++at] as number;
    } while (unit >= 0x61 && unit <= 0x7a);
    const kind = kindOfUnit(unit);
    return kind === BREAK || kind === CONNECTOR ? at : 0;
  };

  const reportInner = (from: number, start: number, end: number): void => {
    noteCut(used, end);
    let innerFrom = from;
    let innerStart = start;
    for (let cut = 0; cut < cutUnits.length; cut++) {
      const innerTo = cutUnits[cut] as number;
      const innerEnd = cutOffsets[cut] as number;
      if (innerTo - innerFrom >= MIN_INNER_UNITS) sink.inner(innerFrom, innerTo, innerStart, innerEnd);
      innerFrom = innerTo;
      innerStart = innerEnd;
    }
    cutUnits.length = 0;
    cutOffsets.length = 0;
  };

  /** Reads one character of a script without spaces, with what composes with it; returns its end in the text. */
  const readSingle = (text: string, start: number, length: number): number => {
    let end = start + length;
    const folded = length === 1 ? foldOfUnit(text.charCodeAt(start)) : 0;
    if (folded !== 0 && !(end < text.length && isComposing(text.charCodeAt(end)))) {
      units[used++] = folded;
      return end;
    }
    while (end < text.length && isComposing(text.charCodeAt(end))) end++;
    makeRoom(text.length - start + (end - start) * MAX_FOLDED_UNITS + SPARE_UNITS);
    put(foldSingle(text.slice(start, end)));
    return end;
  };

  const scan = (text: string): void => {
    used = 0;
    makeRoom(text.length + MAX_FOLDED_UNITS + SPARE_UNITS);
    const read = codes.read(text);
    const { length: end } = text;
    /** Of the token before, while nothing but a connector was read since; else -1. */
    let wordFrom = -1;
    let singleFrom = -1;
    let connectors = 0;
    let compoundStart = 0;
    let at = 0;
    while (at < end) {
      const unit = read[at] as number;
      if (wordFrom < 0 && unit >= 0x61 && unit <= 0x7a) {
        const next = readPlainWord(read, at);
        if (next > 0) {
          const from = used;
          used += next - at;
          sink.token(from, used, at, next, -1);
          singleFrom = -1;
          wordFrom = from;
          compoundStart = at;
          connectors = 0;
          at = next;
          continue;
        }
      }
      let kind = kindOfUnit(unit);
      let length = 1;
      if (kind === SURROGATE) {
        const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
        kind = character.length === 2 ? astralKind(character) : BREAK;
        length = character.length;
      }
      if (kind === BREAK) {
        wordFrom = -1;
        singleFrom = -1;
        at += length;
      } else if (kind === CONNECTOR) {
        singleFrom = -1;
        connectors++;
        at++;
      } else if (kind === IGNORED) {
        at += length;
      } else if (kind === SINGLE) {
        wordFrom = -1;
        const from = used;
        const next = readSingle(text, at, length);
        sink.token(from, used, at, next, singleFrom);
        singleFrom = from;
        at = next;
      } else {
        singleFrom = -1;
        const joined = wordFrom >= 0 && connectors === 1;
        if (!joined) {
          wordFrom = -1;
          compoundStart = at;
        }
        if (joined) units[used++] = JOINER_UNIT;
        const from = used;
        const next = readWord(text, at);
        if (used > from && at - compoundStart <= MAX_COMPOUND_UNITS) {
          sink.token(from, used, at, next, wordFrom);
          if (cutUnits.length > 0) reportInner(from, at, next);
        } else {
          cutUnits.length = 0;
          cutOffsets.length = 0;
        }
        wordFrom = used > from ? from : -1;
        connectors = 0;
        at = next;
      }
    }
  };

  return { units: () => units, scan };
};
