import { asArray, asObject, type JsonEncoder } from './encoder.js';

/** Writes one field, tag and all; `value` is neither null nor undefined. */
export type WriteField = (encoder: JsonEncoder, fieldNumber: number, value: unknown) => void;

interface Field {
  readonly camel: string;
  readonly snake: string;
  readonly number: number;
  readonly write: WriteField;
}

/** Field name in lowerCamelCase to its number and writer; protobuf JSON allows the snake_case name too. */
export type Fields = Readonly<Record<string, readonly [number, WriteField]>>;

export type MessageContent = (encoder: JsonEncoder, value: unknown) => void;

const snakeCase = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const message = (fields: Fields): MessageContent => {
  const list: readonly Field[] = Object.entries(fields).map(([camel, [number, write]]) => ({
    camel,
    snake: snakeCase(camel),
    number,
    write,
  }));
  return (encoder, value) => {
    const object = asObject(encoder, value);
    for (const field of list) {
      const name = object[field.camel] === undefined ? field.snake : field.camel;
      const content = object[name];
      if (content === undefined || content === null) continue;
      encoder.path.push(name);
      field.write(encoder, field.number, content);
      encoder.path.pop();
    }
  };
};

/** A message of one field among many: what is sent is looked up, instead of looking for each that might be. */
export const oneOf = (fields: Fields): MessageContent => {
  const byName = new Map<string, readonly [number, WriteField]>();
  for (const [camel, field] of Object.entries(fields)) byName.set(camel, field).set(snakeCase(camel), field);
  return (encoder, value) => {
    const object = asObject(encoder, value);
    for (const name in object) {
      const field = byName.get(name);
      const content = object[name];
      if (field === undefined || content === undefined || content === null) continue;
      encoder.path.push(name);
      field[1](encoder, field[0], content);
      encoder.path.pop();
    }
  };
};

export const LENGTH_DELIMITED = 2;

export const nested =
  (content: MessageContent): WriteField =>
  (encoder, fieldNumber, value) => {
    const begun = encoder.out.begin(fieldNumber * 8 + LENGTH_DELIMITED);
    content(encoder, value);
    encoder.out.end(begun);
  };

export const repeated =
  (write: WriteField): WriteField =>
  (encoder, fieldNumber, value) => {
    const items = asArray(encoder, value);
    for (let i = 0; i < items.length; i++) {
      encoder.path.push(i);
      write(encoder, fieldNumber, items[i]);
      encoder.path.pop();
    }
  };
