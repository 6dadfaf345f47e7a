import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';

import type { BodyEncoding } from './decoded.js';

export type Unpacked =
  | { readonly status: 'unpacked'; readonly bytes: Buffer }
  /** More than `limitBytes` came out; nothing beyond them was kept. */
  | { readonly status: 'over' }
  | { readonly status: 'broken' };

type Unpack = (bytes: Uint8Array, options: ZlibOptions) => Buffer;

/** With `info: true` zlib also tells how far it read (`engine.bytesWritten`, in the documentation of node:zlib). */
interface WithInfo {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const SMALLEST_CHUNK = 1024;
const LARGEST_CHUNK = 1024 * 1024;

const run = (unpack: Unpack, bytes: Buffer, limitBytes: number, expectedBytes: number): Unpacked => {
  const chunkSize = Math.min(Math.max(expectedBytes, SMALLEST_CHUNK), LARGEST_CHUNK);
  try {
    const options = { maxOutputLength: Math.max(limitBytes, 1), chunkSize, info: true };
    const { buffer, engine } = unpack(bytes, options) as unknown as WithInfo;
    return engine.bytesWritten === bytes.length ? { status: 'unpacked', bytes: buffer } : { status: 'broken' };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? { status: 'over' } : { status: 'broken' };
  }
};

/** The last four bytes of gzip are the unpacked length modulo 2^32 (RFC 1952): a hint, as the sender may lie. */
const gzipLengthHint = (bytes: Buffer): number => (bytes.length < 18 ? 0 : bytes.readUInt32LE(bytes.length - 4) + 1);

/** CM = 8 and a header checksum (RFC 1950): what tells zlib from raw deflate, which clients send under the same name. */
const isZlib = (bytes: Buffer): boolean => {
  const first = bytes[0] ?? 0;
  return (first & 15) === 8 && ((first << 8) | (bytes[1] ?? 0)) % 31 === 0;
};

const inflate = (bytes: Buffer, limitBytes: number): Unpacked => {
  const expectedBytes = bytes.length * 4;
  if (!isZlib(bytes)) return run(inflateRawSync, bytes, limitBytes, expectedBytes);
  const unpacked = run(inflateSync, bytes, limitBytes, expectedBytes);
  return unpacked.status === 'broken' ? run(inflateRawSync, bytes, limitBytes, expectedBytes) : unpacked;
};

/** Unpacks to at most `limitBytes`. Multi-member gzip is one body; bytes after the end make it broken. */
export const unpack = (bytes: Buffer, encoding: BodyEncoding, limitBytes: number): Unpacked => {
  if (encoding === 'gzip') return run(gunzipSync, bytes, limitBytes, gzipLengthHint(bytes));
  if (encoding === 'deflate') return inflate(bytes, limitBytes);
  return bytes.length > limitBytes ? { status: 'over' } : { status: 'unpacked', bytes };
};
