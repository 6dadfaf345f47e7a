import { createRedactor } from './index.js';

/** Characters looked at: every way to them is counted, by as many as it hands out or goes over. */
const countSteps = (work: () => void): number => {
  let steps = 0;
  // Called with the text they belong to, below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { charCodeAt, slice, startsWith, indexOf } = String.prototype;
  const own = { charCodeAt, slice, startsWith, indexOf };
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { encodeInto } = TextEncoder.prototype;
  // What it writes is gone over once, in the order of the text.
  TextEncoder.prototype.encodeInto = function (text, codes) {
    steps += text.length;
    return encodeInto.call(this, text, codes);
  };
  Object.assign(String.prototype, {
    charCodeAt(this: string, at: number) {
      steps++;
      return charCodeAt.call(this, at);
    },
    slice(this: string, start: number, end?: number) {
      const piece = slice.call(this, start, end);
      steps += piece.length;
      return piece;
    },
    startsWith(this: string, what: string, at?: number) {
      steps += what.length;
      return startsWith.call(this, what, at);
    },
    indexOf(this: string, what: string, at?: number) {
      const found = indexOf.call(this, what, at);
      steps += (found === -1 ? this.length : found) - (at ?? 0);
      return found;
    },
  });
  try {
    work();
  } finally {
    Object.assign(String.prototype, own);
    TextEncoder.prototype.encodeInto = encodeInto;
  }
  return steps;
};

const UNITS = [
  'a@',
  'a@a.',
  'a.',
  '1-',
  '1 ',
  '1.',
  '1:',
  'a:',
  '::',
  '4111 ',
  '4111111111111111',
  '(1)',
  '+1',
  'DE00 ',
  'eyJ',
  'eyJhbGciOi.',
  'eyJhbGciOiJI.abcd.',
  'sk-',
  'ghp_',
  'AKIA',
  'Bearer ',
  'bearer a',
  '://a:',
  '://a:a@',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\n',
  '-----',
  'password=',
  'password="',
  "password='",
  '"password":"',
  '\\"password\\":\\"',
  'api_key="',
  'token: "',
  'a_password_',
  '\\',
  '\\u0040',
  'a\\u0040a',
  '%40',
  '[EMAIL]',
  '[EMAIL:',
  '{"a":4111111111111111,',
  '[4111111111111111,',
  '"',
  'tel 1234567 ',
  'a@example.com ',
  'a@example.com',
  '555-0100AKIAIOSFODNN7EXAMPLE',
  '192.0.2.1.',
  '2001:db8::',
  '0',
  'x',
];

/** Steps per character that no text takes more of, however long it is. */
const MOST_STEPS = 400;

test.each(UNITS)('the work for %j again and again grows with the length, not with its square', (unit) => {
  const redactor = createRedactor();
  const textOf = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
  const [short, long] = [textOf(5_000), textOf(40_000)];
  const shortSteps = countSteps(() => redactor.text(short));
  const longSteps = countSteps(() => redactor.text(long));
  expect(longSteps / shortSteps).toBeLessThan(8 * 1.5);
  expect(longSteps / long.length).toBeLessThan(MOST_STEPS);
});

test.each(['a@', '1-', 'eyJ', '"password":"', '{"a":4111111111111111,'])('1 MB of %j is done', (unit) => {
  const text = unit.repeat(1_000_000 / unit.length);
  expect(createRedactor().text(text).length).toBeGreaterThan(0);
});
