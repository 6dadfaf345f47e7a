import type { TextReader } from '../otlp/index.js';

import { readBigInt64, readDouble, readInt64 } from './any-value.js';
import { type JsonField, type JsonShape, REQUEST } from './json-shapes.js';
import { hexOf, readFixed32, readFixed64 } from './read-ids.js';
import { recordText } from './read-text.js';
import { eachField } from './workspace.js';

const base64 = (bytes: Uint8Array): string => {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};

/** JSON has no number for NaN and the infinities: protobuf's mapping has names. */
const doubleValue = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

const readValue = (bytes: Uint8Array, from: number, to: number, { kind }: JsonField, text: TextReader): unknown => {
  switch (kind) {
    case 'text':
      return text.read(bytes, from, to);
    case 'hex':
      return hexOf(bytes, from, to);
    case 'base64':
      return base64(bytes.subarray(from, to));
    case 'bool':
      return readInt64(bytes, from, to) !== 0;
    case 'number':
      return readInt64(bytes, from, to);
    case 'int64':
      return String(readBigInt64(bytes, from, to));
    case 'fixed32':
      return readFixed32(bytes, from);
    case 'fixed64':
      return String(readFixed64(bytes, from));
    case 'double':
      return doubleValue(readDouble(bytes, from));
    default:
      return readMessage(bytes, from, to, kind, text);
  }
};

const readMessage = (bytes: Uint8Array, from: number, to: number, shape: JsonShape, text: TextReader): object => {
  const message: Record<string, unknown> = {};
  const fields = shape.fields();
  eachField(bytes, from, to, (tag, _start, content, end) => {
    const field = fields[tag];
    if (field === undefined) return;
    const value = readValue(bytes, content, end, field, text);
    if (field.list !== true) message[field.name] = value;
    else ((message[field.name] ??= []) as unknown[]).push(value);
  });
  return message;
};

/** The request as OTLP/JSON has it: ids in hex, 64-bit integers as text, names in lowerCamelCase. Throws MalformedProtobuf. */
const otlpObjectOf = (request: Uint8Array): object => readMessage(request, 0, request.length, REQUEST, recordText);

/** An ExportTraceServiceRequest in OTLP/JSON, as the same says in protobuf. Throws MalformedProtobuf. */
export const otlpJsonOf = (request: Uint8Array): string => JSON.stringify(otlpObjectOf(request));
