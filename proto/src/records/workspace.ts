import { MalformedProtobuf, readEnd, readVarint, skipField, type TextReader, type WireCursor } from '../otlp/index.js';

import { type Arena, createArena, ensureRoom, putVarint } from '../encode/index.js';
import { recordText } from './read-text.js';

/** Where bytes lie: in the request as it came, or in what was written anew. */
export type Source = 'request' | 'scratch';

/** Bytes in the scratch. */
export interface Written {
  readonly start: number;
  readonly end: number;
}

/** What all records of one request share. */
export interface Workspace {
  request: Uint8Array;
  readonly scratch: Arena;
  readonly text: TextReader;
}

const SCRATCH_BYTES = 4_096;

/** What one request of huge spans has made of the scratch isn't held for the next. */
const MAX_IDLE_SCRATCH_BYTES = 1_048_576;

/** For another request. */
export const takeUp = (workspace: Workspace, request: Uint8Array): void => {
  const { scratch } = workspace;
  workspace.request = request;
  scratch.at = 0;
  if (scratch.bytes.length > MAX_IDLE_SCRATCH_BYTES) scratch.bytes = new Uint8Array(SCRATCH_BYTES);
};

export const createWorkspace = (request: Uint8Array): Workspace => ({
  request,
  scratch: createArena(SCRATCH_BYTES),
  text: recordText,
});

export const bytesOf = ({ request, scratch }: Workspace, source: Source): Uint8Array =>
  source === 'request' ? request : scratch.bytes;

/** Bytes put one behind the other: triples of source, start and end. */
export interface Pieces {
  readonly parts: { source: Source; start: number; end: number }[];
  length: number;
}

export const newPieces = (): Pieces => ({ parts: [], length: 0 });

/** What follows the last piece in the same source makes it longer. */
export const addPiece = (pieces: Pieces, source: Source, start: number, end: number): void => {
  if (start === end) return;
  pieces.length += end - start;
  const last = pieces.parts.at(-1);
  if (last?.source === source && last.end === start) last.end = end;
  else pieces.parts.push({ source, start, end });
};

/** Where a message begins among pieces, whose length is known only at its end. */
export interface PiecesMark {
  readonly at: number;
  readonly length: number;
}

const NOT_WRITTEN_YET = -1;

export const beginPieces = ({ parts, length }: Pieces): PiecesMark => {
  parts.push({ source: 'scratch', start: NOT_WRITTEN_YET, end: NOT_WRITTEN_YET });
  return { at: parts.length - 1, length };
};

/** Makes a message with that tag of what came since the mark. */
export const endPieces = ({ scratch }: Workspace, pieces: Pieces, mark: PiecesMark, tag: number): void => {
  ensureRoom(scratch, 10);
  const start = scratch.at;
  scratch.at = putVarint(scratch.bytes, putVarint(scratch.bytes, start, tag), pieces.length - mark.length);
  pieces.parts[mark.at] = { source: 'scratch', start, end: scratch.at };
  pieces.length += scratch.at - start;
};

/** Forgets what came since the mark. */
export const revertPieces = (pieces: Pieces, mark: PiecesMark): void => {
  pieces.parts.length = mark.at;
  pieces.length = mark.length;
};

const putPieces = (workspace: Workspace, { parts }: Pieces, target: Uint8Array, place: number): void => {
  let at = place;
  for (const { source, start, end } of parts) {
    target.set(bytesOf(workspace, source).subarray(start, end), at);
    at += end - start;
  }
};

/** Gives bytes of that length and of any content. */
export type AllocateBytes = (length: number) => Uint8Array<ArrayBuffer>;

const newBytes: AllocateBytes = (length) => new Uint8Array(length);

/** The pieces as bytes of their own. */
export const assemble = (
  workspace: Workspace,
  pieces: Pieces,
  allocate: AllocateBytes = newBytes,
): Uint8Array<ArrayBuffer> => {
  const bytes = allocate(pieces.length);
  putPieces(workspace, pieces, bytes, 0);
  return bytes;
};

/** Writes tag, length and content. */
export const writeField = (workspace: Workspace, tag: number, content: Pieces): Written => {
  const { scratch } = workspace;
  ensureRoom(scratch, content.length + 12);
  const start = scratch.at;
  const at = putVarint(scratch.bytes, putVarint(scratch.bytes, start, tag), content.length);
  putPieces(workspace, content, scratch.bytes, at);
  scratch.at = at + content.length;
  return { start, end: scratch.at };
};

/** A field of a message: where it begins, where its content begins, and where it ends. */
export type VisitField = (tag: number, start: number, content: number, end: number) => void;

const LENGTH_DELIMITED = 2;

/** Where a field is, once `readField` has read it. */
export interface ReadField {
  tag: number;
  start: number;
  content: number;
  end: number;
}

/** Reads the field at the cursor and steps over it. Throws MalformedProtobuf at a broken one. */
export const readField = (cursor: WireCursor, to: number, field: ReadField): void => {
  field.start = cursor.at;
  const tag = readVarint(cursor, to);
  if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
  field.tag = tag;
  field.content = cursor.at;
  if ((tag & 7) === LENGTH_DELIMITED) {
    const end = readEnd(cursor, to);
    field.content = cursor.at;
    cursor.at = end;
  } else skipField(cursor, tag & 7, to);
  field.end = cursor.at;
};

/** Throws MalformedProtobuf at a broken field. */
export const eachField = (bytes: Uint8Array, from: number, to: number, visit: VisitField): void => {
  const cursor: WireCursor = { bytes, at: from };
  const field: ReadField = { tag: 0, start: 0, content: 0, end: 0 };
  while (cursor.at < to) {
    readField(cursor, to, field);
    visit(field.tag, field.start, field.content, field.end);
  }
};

/**
 * Writes a message anew, where one of its fields changes. `replace` gives the field that comes in place of one, or
 * undefined: it stays. Returns undefined where all stay.
 */
export const rewriteMessage = (
  workspace: Workspace,
  tag: number,
  source: Source,
  from: number,
  to: number,
  replace: (tag: number, content: number, end: number) => Written | undefined,
): Written | undefined => {
  let pieces: Pieces | undefined;
  let kept = from;
  eachField(bytesOf(workspace, source), from, to, (fieldTag, start, content, end) => {
    const written = replace(fieldTag, content, end);
    if (written === undefined) return;
    pieces ??= newPieces();
    addPiece(pieces, source, kept, start);
    addPiece(pieces, 'scratch', written.start, written.end);
    kept = end;
  });
  if (pieces === undefined) return undefined;
  addPiece(pieces, source, kept, to);
  return writeField(workspace, tag, pieces);
};
