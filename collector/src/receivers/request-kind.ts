import type { IncomingMessage } from 'node:http';
import { constants, gunzipSync, inflateSync } from 'node:zlib';

import type { BodyEncoding, BodyFormat } from '../decode/index.js';
import type { ErrorDetails } from '../errors/index.js';

export interface RequestKind {
  readonly format: BodyFormat;
  readonly encoding: BodyEncoding;
}

const FORMATS: Readonly<Record<string, BodyFormat>> = {
  'application/x-protobuf': 'otlp-protobuf',
  'application/protobuf': 'otlp-protobuf',
  'application/json': 'json',
};

/** `x-gzip` is gzip's older name (RFC 9110 §8.4.1.3). */
const ENCODINGS: Readonly<Record<string, BodyEncoding>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  identity: 'identity',
  '': 'identity',
};

const unsupported = (field: string, issue: string): ErrorDetails => ({
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: `${field} ${issue}`,
  field,
  issue,
});

/** By the header alone; null: neither of ours. */
export const formatOf = (request: IncomingMessage): BodyFormat | null => {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  const type = (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
  return Object.hasOwn(FORMATS, type) ? (FORMATS[type] ?? null) : null;
};

/** What the headers say of the body, or why it can't be taken. */
export const requestKindOf = (request: IncomingMessage): RequestKind | ErrorDetails => {
  const format = formatOf(request);
  if (format === null) return unsupported('Content-Type', 'must be application/x-protobuf or application/json');
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    return unsupported('Content-Type', 'must have no charset but utf-8');
  const name = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  return encoding === undefined
    ? unsupported('Content-Encoding', 'must be gzip, deflate or identity')
    : { format, encoding };
};

const GZIP_LEAST_BYTES = 18;
const DEFLATE_USUAL_RATIO = 4;

/**
 * How much memory the unpacked copy is likely to take: what gzip's trailer says (RFC 1952 §2.3.1), else the ratio
 * that is usual for telemetry. A sender who lies gains nothing, as unpacking stops at its own limit.
 */
export const unpackedGuess = (bytes: Buffer, encoding: BodyEncoding): number => {
  if (encoding === 'identity') return 0;
  if (encoding === 'deflate') return bytes.length * DEFLATE_USUAL_RATIO;
  return bytes.length < GZIP_LEAST_BYTES ? 0 : bytes.readUInt32LE(bytes.length - 4);
};

const PEEK_BYTES = 4096;

const peek = (bytes: Buffer, encoding: BodyEncoding): string => {
  const head = bytes.subarray(0, PEEK_BYTES);
  if (encoding === 'identity') return head.toString('latin1');
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: PEEK_BYTES * 1100 };
  try {
    return (encoding === 'gzip' ? gunzipSync(head, options) : inflateSync(head, options)).toString(
      'latin1',
      0,
      PEEK_BYTES,
    );
  } catch {
    return '';
  }
};

/** Whether a JSON body that was refused as a whole looks like OTLP's, so that its sender is answered in OTLP's terms. */
export const looksLikeOtlpJson = (bytes: Buffer, encoding: BodyEncoding): boolean =>
  /"resource_?(?:spans|logs)"/i.test(peek(bytes, encoding));
