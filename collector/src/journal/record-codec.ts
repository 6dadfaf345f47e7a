import { crc32 } from 'node:zlib';

import type { JournalRecord } from './journal.js';

/**
 * A record, little endian: length u32 (of all that follows the CRC), CRC-32 u32 (over the same, begun with the
 * file's salt), group start u32 (where the commit that wrote it begins: all before it was synced by then), format u8,
 * flags u8 (1: `via` follows the key environment), redaction version u16, received at f64 (Unix milliseconds), project and key environment (length u16,
 * UTF-8; length 65535: null), refused indexes (count u32, each u32), body.
 */
export const RECORD_HEAD_BYTES = 8;
const FORMAT_AT = 4;
const FLAGS_AT = 5;
const TEXTS_AT = 16;
/** Less is never written: both texts null, nothing refused, no body. */
const MIN_CONTENT_BYTES = TEXTS_AT + 2 + 2 + 4;
const NULL_TEXT = 0xffff;
const HAS_VIA = 1;
/** A body up to here is copied beside its head: cheaper than one more part for the kernel. */
const COPIED_BODY_BYTES = 4096;
const FORMATS = ['otlp-traces', 'otlp-logs', 'native'] as const satisfies readonly JournalRecord['format'][];

/** In one part or two: the head, then the body as it came. Not to be written before it is sealed. */
export interface EncodedRecord {
  readonly head: Buffer;
  readonly body: Uint8Array | null;
  readonly bytes: number;
}

const textBytes = (text: string | null): number => 2 + (text === null ? 0 : Buffer.byteLength(text));

const writeText = (target: Buffer, text: string | null, at: number): number => {
  const start = target.writeUInt16LE(text === null ? NULL_TEXT : Buffer.byteLength(text), at);
  return text === null ? start : start + target.write(text, start);
};

export const encodeRecord = (record: JournalRecord): EncodedRecord => {
  const { project, keyEnvironment, refused, via, body } = record;
  const viaBytes = via === undefined ? 0 : textBytes(via);
  const metaBytes = TEXTS_AT + textBytes(project) + textBytes(keyEnvironment) + viaBytes + 4 + refused.length * 4;
  const isCopied = body.length <= COPIED_BODY_BYTES;
  const head = Buffer.allocUnsafe(RECORD_HEAD_BYTES + metaBytes + (isCopied ? body.length : 0));
  head.writeUInt32LE(metaBytes + body.length, 0);
  const content = head.subarray(RECORD_HEAD_BYTES);
  content.writeUInt8(FORMATS.indexOf(record.format), FORMAT_AT);
  content.writeUInt8(via === undefined ? 0 : HAS_VIA, FLAGS_AT);
  content.writeUInt16LE(record.redactionVersion, 6);
  content.writeDoubleLE(record.receivedAtMillis, 8);
  let at = writeText(content, keyEnvironment, writeText(content, project, TEXTS_AT));
  if (via !== undefined) at = writeText(content, via, at);
  at = content.writeUInt32LE(refused.length, at);
  for (const index of refused) at = content.writeUInt32LE(index, at);
  if (isCopied) content.set(body, at);
  return { head, body: isCopied ? null : body, bytes: RECORD_HEAD_BYTES + metaBytes + body.length };
};

/** Fills in what only the commit knows; returns the parts to write. */
export const sealRecord = ({ head, body }: EncodedRecord, salt: number, groupStart: number): Uint8Array[] => {
  head.writeUInt32LE(groupStart, RECORD_HEAD_BYTES);
  const crc = crc32(head.subarray(RECORD_HEAD_BYTES), salt);
  head.writeUInt32LE(body === null ? crc : crc32(body, crc), 4);
  return body === null ? [head] : [head, body];
};

/** Where the record at `at` ends, by its own word; null where that can't be. `available`: bytes from `at` to the end. */
export const recordBytes = (bytes: Buffer, at: number, available: number): number | null => {
  if (at + RECORD_HEAD_BYTES > bytes.length) return null;
  const length = bytes.readUInt32LE(at);
  return length < MIN_CONTENT_BYTES || RECORD_HEAD_BYTES + length > available ? null : RECORD_HEAD_BYTES + length;
};

/** A quick look that most places which begin no record fail. `offset`: of `at` in the file. */
export const looksLikeRecord = (bytes: Buffer, at: number, offset: number): boolean => {
  const content = at + RECORD_HEAD_BYTES;
  return (
    content + MIN_CONTENT_BYTES <= bytes.length &&
    (bytes[content + FORMAT_AT] as number) < FORMATS.length &&
    (bytes[content + FLAGS_AT] as number) <= HAS_VIA &&
    bytes.readUInt32LE(content) <= offset
  );
};

export const isWhole = (bytes: Buffer, start: number, end: number, salt: number): boolean =>
  crc32(bytes.subarray(start + RECORD_HEAD_BYTES, end), salt) === bytes.readUInt32LE(start + 4);

export const groupStartOf = (bytes: Buffer, start: number): number => bytes.readUInt32LE(start + RECORD_HEAD_BYTES);

/** The body is not copied. Call only where the record is whole. */
export const decodeRecord = (bytes: Buffer, start: number, end: number): JournalRecord | null => {
  const content = bytes.subarray(start + RECORD_HEAD_BYTES, end);
  const format = FORMATS[content.readUInt8(FORMAT_AT)];
  if (format === undefined) return null;
  let at = TEXTS_AT;
  const readText = (): string | null => {
    const length = content.readUInt16LE(at);
    at += 2;
    if (length === NULL_TEXT) return null;
    at += length;
    return content.toString('utf8', at - length, at);
  };
  const project = readText();
  const keyEnvironment = readText();
  const via = content.readUInt8(FLAGS_AT) === HAS_VIA ? readText() : null;
  const refusedAt = at + 4;
  const refused = Array.from({ length: content.readUInt32LE(at) }, (_, index) =>
    content.readUInt32LE(refusedAt + index * 4),
  );
  return {
    format,
    redactionVersion: content.readUInt16LE(6),
    receivedAtMillis: content.readDoubleLE(8),
    project,
    keyEnvironment,
    refused,
    ...(via === null ? {} : { via }),
    body: content.subarray(refusedAt + refused.length * 4),
  };
};
