import { JsonFault, wrongType, type JsonEncoder } from './encoder.js';
import { LENGTH_DELIMITED, type WriteField } from './message.js';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

const asText = (encoder: JsonEncoder, value: unknown): string => {
  if (typeof value !== 'string') throw wrongType(encoder, 'a string', value);
  return value;
};

/** Of a oneof, or a key: written even where it is empty. */
export const presentText: WriteField = (encoder, fieldNumber, value) => {
  const text = asText(encoder, value);
  encoder.out.varint(fieldNumber * 8 + LENGTH_DELIMITED);
  encoder.out.text(text);
};

export const text: WriteField = (encoder, fieldNumber, value) => {
  if (value !== '') presentText(encoder, fieldNumber, value);
};

export const textUpTo =
  (limitOf: (encoder: JsonEncoder) => number, kind: string): WriteField =>
  (encoder, fieldNumber, value) => {
    const name = asText(encoder, value);
    const limit = limitOf(encoder);
    if (name.length * 3 > limit && Buffer.byteLength(name) > limit)
      throw new JsonFault(encoder, `must be at most ${String(limit)} bytes long`, kind);
    text(encoder, fieldNumber, name);
  };

export const base64: WriteField = (encoder, fieldNumber, value) => {
  const encoded = asText(encoder, value);
  if (!BASE64.test(encoded)) throw new JsonFault(encoder, 'must be base64', 'invalid_base64');
  encoder.out.varint(fieldNumber * 8 + LENGTH_DELIMITED);
  encoder.out.bytes(Buffer.from(encoded, 'base64'));
};

/** Hex as OTLP/JSON has it; base64, as plain protobuf JSON has it, where it is of just the right length. */
const readId = (encoded: string, length: number): Buffer | null => {
  if (encoded.length === length * 2) return /^[0-9a-fA-F]+$/.test(encoded) ? Buffer.from(encoded, 'hex') : null;
  const padded = Math.ceil(length / 3) * 4;
  if (encoded.length !== padded || !BASE64.test(encoded)) return null;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length === length ? bytes : null;
};

const writeId = (encoder: JsonEncoder, fieldNumber: number, id: Uint8Array): void => {
  encoder.out.varint(fieldNumber * 8 + LENGTH_DELIMITED);
  encoder.out.bytes(id);
};

const idFault = (encoder: JsonEncoder, length: number, kind: string): JsonFault =>
  new JsonFault(encoder, `must be ${String(length * 2)} hex digits, not all zeros`, kind);

/** An id that an item can't be without; whether it is there at all is checked by the item. */
export const ownId =
  (length: number, kind: string): WriteField =>
  (encoder, fieldNumber, value) => {
    const id = readId(asText(encoder, value), length);
    if (id === null || id.every((byte) => byte === 0)) throw idFault(encoder, length, kind);
    writeId(encoder, fieldNumber, id);
  };

/** An id that may be empty or all zeros, and is then left out. */
export const otherId =
  (length: number, kind: string): WriteField =>
  (encoder, fieldNumber, value) => {
    const encoded = asText(encoder, value);
    if (encoded === '') return;
    const id = readId(encoded, length);
    if (id === null) throw idFault(encoder, length, kind);
    if (id.some((byte) => byte !== 0)) writeId(encoder, fieldNumber, id);
  };
