import fc from 'fast-check';

import { createJsonWriter, type JsonWriter } from './json-writer.js';

const out = createJsonWriter();

const written = (write: (writer: JsonWriter) => void): string => {
  out.reset();
  write(out);
  return Buffer.from(out.slice(0, out.length)).toString();
};

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'binary', minLength: 380, maxLength: 420 }).map((text) => text.repeat(50)),
);

test('a text is the JSON string of it, however long', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = Buffer.from(`<${text}>`);
      expect(written((writer) => writer.utf8(bytes, 1, bytes.length - 1))).toBe(
        JSON.stringify(Buffer.from(text).toString()),
      );
    }),
    { numRuns: 300 },
  );
});

test('bytes that are no UTF-8 are what any reading makes of them, and JSON all the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(0, 400, 20_000), (bytes, more) => {
      const body = Buffer.concat([bytes, Buffer.alloc(more, 'x')]);
      expect(JSON.parse(written((writer) => writer.utf8(body, 0, body.length)))).toBe(body.toString());
    }),
    { numRuns: 500 },
  );
});

test('any bytes are as many characters', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const many = Buffer.concat(Array.from({ length: 100 }, () => all));
  for (const bytes of [all, many, Buffer.alloc(0)])
    expect(JSON.parse(written((writer) => writer.characters(bytes, 0, bytes.length)))).toBe(bytes.toString('latin1'));
});

test('digits, hexadecimals and what was made elsewhere stand as they are', () => {
  expect(
    written((writer) => {
      writer.ascii('[');
      writer.nineDigits(7);
      writer.nineDigits(999_999_999);
      writer.hex(Uint8Array.of(0xff, 0, 0x9a), 1, 3);
      writer.json('"ö"');
      writer.bytes(Buffer.from(']'));
    }),
  ).toBe('[000000007999999999009a"ö"]');
});

test('what was forgotten is written over, and memory grows with what is written', () => {
  const long = 'x'.repeat(300_000);
  expect(
    written((writer) => {
      writer.ascii('ab');
      writer.backTo(1);
      writer.ascii(long);
    }),
  ).toBe(`a${long}`);
});
