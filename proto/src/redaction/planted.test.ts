import fc from 'fast-check';

import type { SpanDocument } from '../document/index.js';
import { SECRETS, surroundings } from './contract/planted.js';
import { type Action, createRedactor, type Kind, KINDS } from './index.js';

const SALT = 'a salt of the tests';
const NUM_RUNS = 400;

const planted = (kind: Kind): fc.Arbitrary<{ readonly text: string; readonly secret: string }> =>
  fc.tuple(SECRETS[kind], surroundings).map(([{ secret, context }, [before, after]]) => ({
    secret,
    text: `${before}${context}${secret}${after}`,
  }));

const span = (fields: Partial<SpanDocument>): SpanDocument => ({
  span_id: 'b7ad6b7169203331',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  parent_span_id: null,
  name: 'chat',
  kind: 'CLIENT',
  type: 'llm',
  start_time: '2026-01-01T00:00:00Z',
  start_unix_nano: '1767225600000000000',
  end_time: null,
  end_unix_nano: null,
  duration_ms: null,
  status: 'ok',
  status_message: null,
  attributes: {},
  events: [],
  links: [],
  ...fields,
});

const link = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };

/** Each channel of a span that a text can come in by. */
const CHANNELS: Readonly<Record<string, (text: string) => Partial<SpanDocument>>> = {
  name: (name) => ({ name }),
  'status message': (status_message) => ({ status_message }),
  attribute: (text) => ({ attributes: { 'gen_ai.prompt': text } }),
  'list of texts': (text) => ({ attributes: { list: ['a', text] } }),
  'nested value': (text) => ({ attributes: { nested: { a: [{ b: text }] } } }),
  'attribute key': (text) => ({ attributes: { [text]: 'x' } }),
  'nested key': (text) => ({ attributes: { nested: { a: { [text]: 1 } } } }),
  'JSON in a text': (text) => ({ attributes: { json: JSON.stringify({ messages: [{ content: text }] }) } }),
  'JSON in JSON': (text) => ({ attributes: { json: JSON.stringify({ a: JSON.stringify({ [text]: [text] }) }) } }),
  'event name': (name) => ({ events: [{ name, timestamp: null, attributes: {} }] }),
  'event attribute': (text) => ({
    events: [{ name: 'e', timestamp: null, attributes: { 'exception.message': text } }],
  }),
  'link attribute': (text) => ({ links: [{ ...link, attributes: { from: text } }] }),
  exception: (text) => ({ exception: { message: text } }),
  'resource attribute': (text) => ({ resource: { attributes: { 'host.name': text } } }),
  'scope attribute': (text) => ({ scope: { attributes: { owner: text } } }),
  'scope name': (name) => ({ scope: { name } }),
  score: (explanation) => ({ scores: [{ name: 's', explanation }] }),
};

const inJson = (secret: string): string => JSON.stringify(secret).slice(1, -1);

describe.each(KINDS)('a planted %s', (kind) => {
  test('is nowhere in any channel of a span, whatever stands around it', () => {
    const redactor = createRedactor();
    fc.assert(
      fc.property(planted(kind), fc.constantFrom(...Object.keys(CHANNELS)), ({ text, secret }, channel) => {
        const redacted = JSON.stringify(redactor.span(span(CHANNELS[channel]!(text))));
        return !redacted.includes(inJson(secret)) && !redacted.includes(inJson(inJson(secret)));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test.each<Action>(['replace', 'hash', 'mask', 'keep-last-4'])('done twice by %s is as done once', (action) => {
    const redactor = createRedactor({ action, salt: SALT });
    fc.assert(
      fc.property(planted(kind), ({ text }) => {
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: NUM_RUNS / 4 },
    );
  });
});

const anyKind = fc.constantFrom(...KINDS).chain(planted);
/** What ends up in attributes: JSON with anything in its texts, at any depth and escaped any number of times. */
const jsonValue = fc.jsonValue({ maxDepth: 3 });

test('a text that is JSON stays JSON', () => {
  const redactor = createRedactor();
  const number = fc.constantFrom(4111111111111111, 2025550143, 123456789, 5105105105105100);
  const field = fc.tuple(
    fc.constantFrom('phone', 'card', 'ssn', 'password', 'x'),
    fc.oneof(number, fc.array(number), jsonValue),
  );
  fc.assert(
    fc.property(
      anyKind,
      field,
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(0, 2),
      ({ text }, [key, value], depth, indent) => {
        let json = JSON.stringify({ text, [key]: value, [text]: 1 }, null, indent);
        for (let level = 0; level < depth; level++) json = JSON.stringify({ json, list: [json] });
        let redacted = redactor.text(json);
        expect(redacted).not.toBe(json);
        for (let level = 0; level < depth; level++) redacted = (JSON.parse(redacted) as { list: [string] }).list[0];
        expect(Object.keys(JSON.parse(redacted) as object)).toContain(key === 'x' ? 'x' : key);
      },
    ),
    { numRuns: NUM_RUNS },
  );
});

test('soup of findings: done twice is as done once, and nothing throws', () => {
  const redactor = createRedactor();
  const piece = fc.oneof(
    fc.constantFrom(...KINDS).chain((kind) => SECRETS[kind].map(({ secret, context }) => context + secret)),
    fc.constantFrom(
      '-',
      ' ',
      '@',
      '"',
      '\\',
      '\\"',
      ':',
      '=',
      '.',
      '/',
      '[EMAIL]',
      'password',
      'a',
      '1',
      '+',
      '(',
      ')',
      '\n',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const once = redactor.text(pieces.join(''));
      expect(redactor.text(once)).toBe(once);
    }),
    { numRuns: NUM_RUNS * 5 },
  );
});

test('texts of any characters are left as they are or redacted, never thrown at', () => {
  const redactor = createRedactor();
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 })), (text) => {
      const once = redactor.text(text);
      expect(redactor.text(once)).toBe(once);
    }),
    { numRuns: NUM_RUNS * 5 },
  );
});

test('what holds nothing to redact comes back as the same reference, at every level', () => {
  const redactor = createRedactor();
  const letters = fc.string({
    unit: fc.constantFrom(...Array.from('abcdefghijklm nopqrstuvwxyz äß 数据.,!?\n')),
    maxLength: 40,
  });
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      letters,
      fc.double({ noInteger: true }),
      fc.integer({ max: 999_999 }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('record'),
    ),
    list: fc.array(tie('any'), { maxLength: 4 }),
    record: fc.dictionary(letters, tie('any'), { maxKeys: 4 }),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(letters, value), letters, (attributes, name) => {
      const plain = span({ name, attributes: attributes as SpanDocument['attributes'], resource: { attributes: {} } });
      expect(redactor.span(plain)).toBe(plain);
      expect(redactor.attributes(attributes)).toBe(attributes);
      expect(redactor.text(name)).toBe(name);
    }),
    { numRuns: NUM_RUNS },
  );
  expect(redactor.counts()).toEqual({});
});
