import { createHash, createHmac } from 'node:crypto';

import fc from 'fast-check';

import { otlpSpanId, otlpTraceId } from '../document/index.js';
import { hmacSha256Hex } from './index.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test.each([
  // FIPS 180-4, examples of one and of two blocks.
  ['abc', 'ba7816bf8f01cfea414140de5dae2223'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039'],
  ['', 'e3b0c44298fc1c149afbf4c8996fb924'],
])('%j becomes the first 16 bytes of its SHA-256', (id, expected) => {
  // 'abc' is hex, but of no length that OTLP knows.
  expect(otlpTraceId(id)).toBe(expected);
});

test('any id that is not hex becomes the start of its SHA-256, whatever its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      const id = `${text}!`;
      expect(otlpTraceId(id)).toBe(sha256(id).slice(0, 32));
      expect(otlpSpanId(id)).toBe(sha256(id).slice(0, 16));
    }),
  );
});

test('ids that OTLP can hold stay what they are', () => {
  expect(otlpTraceId('B2DCE7C0-9328-4F4C-AD9E-A01C99B6D8DA')).toBe('b2dce7c093284f4cad9ea01c99b6d8da');
  expect(otlpTraceId('00F067AA0BA902B7')).toBe('000000000000000000f067aa0ba902b7');
  expect(otlpSpanId('00F067AA0BA902B7')).toBe('00f067aa0ba902b7');
});

test('a keyed hash is HMAC-SHA-256, whatever the length of key and text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 150 }),
      fc.string({ unit: 'grapheme', maxLength: 150 }),
      (key, text) => {
        expect(hmacSha256Hex(key, text)).toBe(createHmac('sha256', key).update(text).digest('hex'));
      },
    ),
  );
});
