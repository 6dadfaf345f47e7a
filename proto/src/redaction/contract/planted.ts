import fc from 'fast-check';

import type { Kind } from '../index.js';

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: length, maxLength: length });
const ALNUM = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const alnum = (minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...ALNUM), minLength, maxLength });
const UPPER = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');

const luhnDigit = (payload: string): string => {
  const sum = Array.from(payload)
    .reverse()
    .reduce((total, digit, i) => {
      const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return String((10 - (sum % 10)) % 10);
};

const card = fc
  .tuple(fc.constantFrom('4', '51', '55', '2221', '6011'), digits(15), fc.constantFrom('', ' ', '-'))
  .map(([first, rest, separator]) => {
    const payload = (first + rest).slice(0, 15);
    return (payload + luhnDigit(payload)).replaceAll(/(\d{4})(?=\d)/g, `$1${separator}`);
  });

const mod97 = (text: string): number =>
  Array.from(text).reduce((rest, c) => Number(`${rest}${Number.parseInt(c, 36)}`) % 97, 0);
const iban = fc.tuple(digits(18), fc.boolean()).map(([account, isSpaced]) => {
  const compact = `DE${String(98 - mod97(`${account}DE00`)).padStart(2, '0')}${account}`;
  return isSpaced ? compact.replaceAll(/(.{4})(?=.)/g, '$1 ') : compact;
});

const ssn = fc
  .tuple(fc.integer({ min: 1, max: 899 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 9999 }))
  .filter(([area]) => area !== 666)
  .map(
    ([area, group, serial]) =>
      `${String(area).padStart(3, '0')}-${String(group).padStart(2, '0')}-${String(serial).padStart(4, '0')}`,
  );

const phone = fc
  .tuple(
    fc.integer({ min: 201, max: 989 }),
    fc.integer({ min: 201, max: 999 }),
    digits(4),
    fc.constantFrom('(A) B-C', 'A-B-C', '+1 A B C', '+1AB-C', '+1-A-B-C', 'A.B.C'),
  )
  .map(([area, exchange, line, form]) =>
    form.replace('A', String(area)).replace('B', String(exchange)).replace('C', line),
  );

const label = alnum(1, 10);
const email = fc
  .tuple(
    alnum(1, 20),
    fc.constantFrom('', '.x', '+tag', '_y'),
    fc.array(label, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('com', 'org', 'de', 'co.uk', 'museum', 'test'),
  )
  .filter(([, , labels]) => !/^\d/.test(labels[0] as string))
  .map(([local, more, labels, tld]) => `${local}${more}@${labels.join('.')}.${tld}`);

const base64Url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = fc
  .tuple(fc.constantFrom('HS256', 'RS256'), alnum(4, 20), alnum(20, 60))
  .map(([alg, sub, signature]) => `${base64Url({ alg, typ: 'JWT' })}.${base64Url({ sub })}.${signature}`);

const apiKey = fc.oneof(
  alnum(46).map((body) => `sk-1${body}`),
  alnum(60).map((body) => `sk-proj-1${body}`),
  alnum(60).map((body) => `sk-ant-api03-${body}`),
  fc.string({ unit: fc.constantFrom(...UPPER), minLength: 16, maxLength: 16 }).map((body) => `AKIA${body}`),
  alnum(35).map((body) => `ghp_1${body}`),
  alnum(35).map((body) => `AIza${body}`),
  alnum(24).map((body) => `xoxb-1${body}`),
  alnum(24).map((body) => `sk_live_1${body}`),
  alnum(33).map((body) => `hf_1${body}`),
);

const ip = fc.oneof(
  fc.ipV4(),
  fc
    .array(
      fc.integer({ min: 0x1000, max: 0xffff }).map((n) => n.toString(16)),
      { minLength: 8, maxLength: 8 },
    )
    .map((groups) => groups.join(':')),
  fc.integer({ min: 0, max: 0xffff }).map((n) => `2001:db8::${n.toString(16)}`),
);

/** A value of each kind, drawn by chance; `context`: what it needs before it to be told. */
export const SECRETS: Readonly<Record<Kind, fc.Arbitrary<{ readonly secret: string; readonly context: string }>>> = {
  email: email.map((secret) => ({ secret, context: '' })),
  phone: phone.map((secret) => ({ secret, context: '' })),
  card: card.map((secret) => ({ secret, context: '' })),
  ssn: ssn.map((secret) => ({ secret, context: '' })),
  iban: iban.map((secret) => ({ secret, context: '' })),
  ip: ip.map((secret) => ({ secret, context: '' })),
  api_key: fc.oneof(
    apiKey.map((secret) => ({ secret, context: '' })),
    alnum(16, 40).map((secret) => ({ secret: `${secret}7`, context: 'Bearer ' })),
    alnum(16, 40).map((secret) => ({ secret: `${secret}7`, context: 'api_key=' })),
  ),
  password: alnum(8, 20).map((secret) => ({ secret: `${secret}7`, context: 'password=' })),
  private_key: fc.string({ unit: fc.constantFrom(...ALNUM), minLength: 60, maxLength: 120 }).map((body) => ({
    secret: body,
    context: '-----BEGIN PRIVATE KEY-----\n',
  })),
  jwt: jwt.map((secret) => ({ secret, context: '' })),
  url_credentials: fc.tuple(alnum(1, 8), alnum(6, 12)).map(([user, password]) => ({
    secret: `${user}:${password}@`,
    context: 'https://',
  })),
};

/** Characters that can stand right beside a finding without being a part of it. */
const BESIDE = ['', ' ', '\n', '\t', '"', '(', ')', '<', '>', ',', ';', '！', '请', '日', '🙂', '…', '\u2028'];
const WORDS = [
  'hello',
  'the',
  'Ünïcode',
  'данные',
  '数据',
  'emoji 🙂',
  '{"a":',
  '}',
  '[',
  'x@',
  '3.14',
  '12',
  '-',
  '://',
  '=',
  'eyJ',
  '\\n',
  '\\"',
  '\\u00e9',
  "it's",
  '%40',
  'AKIA',
  'sk-',
];

/** Text around: words of all kinds, beginnings of findings among them, and anything; its last and first character let a finding stand alone. */
export const surroundings: fc.Arbitrary<readonly [before: string, after: string]> = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 5 }),
    fc.constantFrom(...BESIDE.slice(1)),
    fc.constantFrom(...BESIDE.slice(1).filter((beside) => beside !== '(')),
    fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 5 }),
  )
  .map(([before, left, right, after]) => [`${before.join(' ')} ${left}`, `${right} ${after.join(' ')}`]);
