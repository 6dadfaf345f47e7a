import { crc32 } from 'node:zlib';

import type { JournalRecord } from './journal.js';

/**
 * A record, little endian: length u32 (of all that follows the CRC), CRC-32 u32 (over the same), then
 * format u8, redaction version u16, received at f64 (Unix milliseconds), project and key environment
 * (length u16, UTF-8; length 65535: null), refused indexes (count u32, each u32), body.
 */
export const RECORD_HEAD_BYTES = 8;
const NULL_TEXT = 0xffff;
const FORMATS = ['otlp-traces', 'otlp-logs', 'native'] as const satisfies readonly JournalRecord['format'][];

const textBytes = (text: string | null): number => 2 + (text === null ? 0 : Buffer.byteLength(text));

/** Head and meta in one part, the body as it is in another. */
export const encodeRecord = (record: JournalRecord): [Buffer, Uint8Array] => {
  const { project, keyEnvironment, refused, body } = record;
  const metaBytes = 1 + 2 + 8 + textBytes(project) + textBytes(keyEnvironment) + 4 + refused.length * 4;
  const head = Buffer.allocUnsafe(RECORD_HEAD_BYTES + metaBytes);
  let at = RECORD_HEAD_BYTES;
  at = head.writeUInt8(FORMATS.indexOf(record.format), at);
  at = head.writeUInt16LE(record.redactionVersion, at);
  at = head.writeDoubleLE(record.receivedAtMillis, at);
  for (const text of [project, keyEnvironment]) {
    at = head.writeUInt16LE(text === null ? NULL_TEXT : Buffer.byteLength(text), at);
    if (text !== null) at += head.write(text, at);
  }
  at = head.writeUInt32LE(refused.length, at);
  for (const index of refused) at = head.writeUInt32LE(index, at);
  head.writeUInt32LE(metaBytes + body.length, 0);
  head.writeUInt32LE(crc32(body, crc32(head.subarray(RECORD_HEAD_BYTES))), 4);
  return [head, body];
};

/** `content`: what follows the CRC; it is not copied. Call only where the CRC fits. */
export const decodeRecord = (content: Buffer): JournalRecord => {
  let at = 0;
  const format = FORMATS[content.readUInt8(at++)] ?? 'native';
  const redactionVersion = content.readUInt16LE(at);
  const receivedAtMillis = content.readDoubleLE((at += 2));
  at += 8;
  const readText = (): string | null => {
    const length = content.readUInt16LE(at);
    at += 2;
    if (length === NULL_TEXT) return null;
    const text = content.toString('utf8', at, at + length);
    at += length;
    return text;
  };
  const project = readText();
  const keyEnvironment = readText();
  const refusedCount = content.readUInt32LE(at);
  at += 4;
  const refused = Array.from({ length: refusedCount }, (_, index) => content.readUInt32LE(at + index * 4));
  return {
    format,
    redactionVersion,
    receivedAtMillis,
    project,
    keyEnvironment,
    refused,
    body: content.subarray(at + refusedCount * 4),
  };
};
