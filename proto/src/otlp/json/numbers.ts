import { JsonFault, wrongType, type JsonEncoder } from './encoder.js';
import type { WriteField } from './message.js';

const DECIMAL = /^-?\d{1,20}$/;
const FLOAT = /^-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

const outOfRange = (encoder: JsonEncoder, expected: string): JsonFault =>
  new JsonFault(encoder, `must be ${expected}`, 'out_of_range');

/** A JSON number or decimal string, as protobuf JSON has 64-bit integers. */
const readInteger = (encoder: JsonEncoder, value: unknown, low: bigint, high: bigint, expected: string): bigint => {
  let integer: bigint;
  if (typeof value === 'bigint') integer = value;
  else if (typeof value === 'string' && DECIMAL.test(value)) integer = BigInt(value);
  else if (typeof value === 'number' && Number.isInteger(value)) integer = BigInt(value);
  else if (typeof value === 'number' || typeof value === 'string') throw outOfRange(encoder, expected);
  else throw wrongType(encoder, expected, value);
  if (integer < low || integer > high) throw outOfRange(encoder, expected);
  return integer;
};

const readUint32 = (encoder: JsonEncoder, value: unknown): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff) return value;
  return Number(readInteger(encoder, value, 0n, 0xffffffffn, 'an integer from 0 to 4294967295'));
};

export const fixed64: WriteField = (encoder, fieldNumber, value) => {
  const nanos = readInteger(encoder, value, 0n, MAX_UINT64, 'an integer from 0 to 18446744073709551615');
  if (nanos === 0n) return;
  encoder.out.varint(fieldNumber * 8 + 1);
  encoder.out.fixed64(nanos);
};

export const uint32: WriteField = (encoder, fieldNumber, value) => {
  const integer = readUint32(encoder, value);
  if (integer === 0) return;
  encoder.out.varint(fieldNumber * 8);
  encoder.out.varint(integer);
};

export const fixed32: WriteField = (encoder, fieldNumber, value) => {
  const integer = readUint32(encoder, value);
  if (integer === 0) return;
  encoder.out.varint(fieldNumber * 8 + 5);
  encoder.out.fixed32(integer);
};

/** Of a oneof: written even where it is 0. */
export const int64: WriteField = (encoder, fieldNumber, value) => {
  encoder.out.varint(fieldNumber * 8);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) encoder.out.varint(value);
  else encoder.out.varint64(readInteger(encoder, value, MIN_INT64, MAX_INT64, 'a 64-bit integer'));
};

const SPECIAL = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

const readDouble = (encoder: JsonEncoder, value: unknown): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') throw wrongType(encoder, 'a number', value);
  const special = SPECIAL.get(value);
  if (special !== undefined) return special;
  if (!FLOAT.test(value)) throw outOfRange(encoder, 'a number');
  return Number(value);
};

/** Of a oneof: written even where it is 0. */
export const double: WriteField = (encoder, fieldNumber, value) => {
  encoder.out.varint(fieldNumber * 8 + 1);
  encoder.out.double(readDouble(encoder, value));
};

/** Of a oneof: written even where it is false. */
export const bool: WriteField = (encoder, fieldNumber, value) => {
  if (typeof value !== 'boolean') throw wrongType(encoder, 'a boolean', value);
  encoder.out.varint(fieldNumber * 8);
  encoder.out.varint(value ? 1 : 0);
};

/** A number, or one of `names` with or without `prefix`. */
export const enumeration =
  (prefix: string, names: Readonly<Record<string, number>>): WriteField =>
  (encoder, fieldNumber, value) => {
    let integer: number;
    if (typeof value === 'number') integer = value;
    else if (typeof value === 'string') {
      const named = names[value.startsWith(prefix) ? value.slice(prefix.length) : value];
      integer = named ?? (DECIMAL.test(value) ? Number(value) : -1);
    } else throw wrongType(encoder, 'a number or a name', value);
    if (!Number.isInteger(integer) || integer < 0 || integer > 0x7fffffff)
      throw new JsonFault(encoder, `must be a value of ${prefix.slice(0, -1)}`, 'unknown_enum_value');
    if (integer === 0) return;
    encoder.out.varint(fieldNumber * 8);
    encoder.out.varint(integer);
  };
