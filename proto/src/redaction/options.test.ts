import { checkRedaction, createRedactor, RedactionOptionsError } from './index.js';

const errorsOf = (options: unknown, parts = {}): readonly string[] => {
  const outcome = checkRedaction(options, parts);
  return outcome.status === 'invalid' ? outcome.errors : [];
};

const ACTIONS = 'one of replace, hash, mask, keep-last-4, none';

test.each<[unknown, string]>([
  [null, 'redaction: must be an object, got null'],
  [{ colour: 1 }, 'redaction.colour: unknown key'],
  [{ action: 'erase' }, `redaction.action: must be ${ACTIONS}, got another text`],
  [{ actions: { email: 3 } }, `redaction.actions.email: must be ${ACTIONS}, got number`],
  [{ actions: { mail: 'mask' } }, 'redaction.actions.mail: unknown key'],
  [{ actions: ['mask'] }, 'redaction.actions: must be an object, got a list of 1'],
  [
    { labels: { email: 'a"b' } },
    'redaction.labels.email: must be a text of 1 to 64 ASCII characters without quotes and backslashes, got another text',
  ],
  [
    { labels: { email: 'nobody@example.com' } },
    "redaction.labels.email: must be a text that doesn't look like one of the kinds itself, got another text",
  ],
  [{ action: 'hash' }, 'redaction.salt: must be a text of 16 characters or more, got nothing'],
  [
    { attributes: { 'user.*': { email: 'hash' } }, salt: 'short' },
    'redaction.salt: must be a text of 16 characters or more, got another text',
  ],
  [{ allow: { values: [''] } }, 'redaction.allow.values[0]: must be a text, got an empty text'],
  [
    { allow: { emailDomains: ['example'] } },
    'redaction.allow.emailDomains[0]: must be a domain like example.com or *.example.com, got another text',
  ],
  [
    { allow: { ips: ['10.0.0.0/8', '10.0.0.0/33'] } },
    'redaction.allow.ips[1]: must be an address or a range like 10.0.0.0/8, got another text',
  ],
  [{ allow: { urls: [] } }, 'redaction.allow.urls: unknown key'],
  [
    { attributes: { 'a*b': 'drop' } },
    'redaction.attributes.a*b: must be a key, or the beginning of keys with a single * at its end, got another text',
  ],
  [{ attributes: { a: { mail: 'mask' } } }, 'redaction.attributes.a.mail: unknown key'],
  [
    { attributes: { a: 'delete' } },
    'redaction.attributes.a: must be drop, redact, keep, replace, hash, mask, keep-last-4, none, or a record of these by kind, got another text',
  ],
  [
    { patterns: [{ name: 'employee', pattern: 'E-[0-9]+' }] },
    'redaction.patterns[0].pattern: needs the package re2js, which compiles patterns that no text can make slow',
  ],
  [
    { patterns: [{ name: 'email', pattern: 'x' }] },
    'redaction.patterns[0].name: must be a name of small letters, digits and _ that no built-in kind has, got another text',
  ],
])('what is wrong is named by place, rule and kind of value: %#', (options, error) => {
  expect(errorsOf(options)).toEqual([error]);
});

test('all that is wrong is told at once, and nothing of the values', () => {
  const options = { action: 'secret-value', salt: 'also-secret', allow: { ips: ['hidden'] } };
  expect(errorsOf(options)).toHaveLength(3);
  expect(errorsOf(options).join()).not.toMatch(/secret-value|also-secret|hidden/);
  const create = (): unknown => createRedactor({ action: 'erase' as never });
  expect(create).toThrow(RedactionOptionsError);
  expect(create).toThrow(`redaction.action: must be ${ACTIONS}`);
});

test('each kind has its action, its label and its count', () => {
  const redactor = createRedactor({
    action: 'mask',
    actions: { email: 'replace', card: 'keep-last-4', ip: 'none', ssn: 'hash' },
    labels: { email: '<mail>' },
    salt: 'a salt of the tests',
  });
  const text = 'ann@example.com 4111 1111 1111 1111 192.0.2.1 +1 202 555 0143 ';
  expect(redactor.text(text)).toBe(`<mail> ***************1111 192.0.2.1 ${'*'.repeat(15)} `);
  expect(redactor.text('123-45-6789')).toMatch(/^\[SSN:[0-9a-f]{12}\]$/);
  expect(redactor.counts()).toEqual({ email: 1, phone: 1, card: 1, ssn: 1 });
});

test('equal values have equal hashes, however they are written, and other salts other ones', () => {
  const redactor = createRedactor({ action: 'hash', salt: 'a salt of the tests' });
  const other = createRedactor({ action: 'hash', salt: 'another salt of tests' });
  expect(redactor.text('4111 1111 1111 1111')).toBe(redactor.text('4111-1111-1111-1111'));
  expect(redactor.text('Ann@Example.com')).toBe(redactor.text('ann@example.com'));
  expect(redactor.text('ann@example.com')).not.toBe(redactor.text('bob@example.com'));
  expect(redactor.text('ann@example.com')).not.toBe(other.text('ann@example.com'));
});

test('what is allowed stays: values, domains, addresses', () => {
  const redactor = createRedactor({
    allow: {
      values: ['+1 202 555 0143', 'AKIAIOSFODNN7EXAMPLE'],
      emailDomains: ['@example.com', '*.example.org'],
      ips: ['127.0.0.0/8', '::1', '2001:db8::/32', '192.0.2.1'],
    },
  });
  const allowed =
    'call +1 202 555 0143, AKIAIOSFODNN7EXAMPLE, ann@example.com, BOB@EXAMPLE.COM, x@mail.example.org, 127.0.0.1, ::1, 2001:db8::77, 192.0.2.1';
  expect(redactor.text(allowed)).toBe(allowed);
  expect(redactor.text('x@example.org y@sub.example.com 192.0.2.2 2001:db9::1')).toBe('[EMAIL] [EMAIL] [IP] [IP]');
});

test('an attribute is dropped, redacted whole, left alone or has actions of its own; the longer rule holds', () => {
  const redactor = createRedactor({
    attributes: {
      'gen_ai.input.*': 'drop',
      'gen_ai.input.kept': 'keep',
      'user.*': 'redact',
      'user.contact.*': { email: 'mask', phone: 'none' },
      'user.contact.card': 'keep-last-4',
    },
  });
  const attributes = {
    'gen_ai.input.messages': 'hello',
    'gen_ai.input.kept': 'ann@example.com',
    'user.name': { first: 'Ann' },
    'user.contact.a': ['ann@example.com', '+1 202 555 0143', '192.0.2.1'],
    'user.contact.card': '4111111111111111',
    plain: 'ann@example.com',
  };
  const redacted = redactor.attributes(attributes);
  expect(redacted).toEqual({
    'gen_ai.input.kept': 'ann@example.com',
    'user.name': '[REDACTED]',
    'user.contact.a': ['***************', '+1 202 555 0143', '[IP]'],
    'user.contact.card': '************1111',
    plain: '[EMAIL]',
  });
  expect(redactor.attributes(redacted)).toBe(redacted);
  expect(redactor.counts()).toEqual({ email: 2, card: 1, ip: 1, attribute_redacted: 1, attribute_dropped: 1 });
});

test("an attribute's key says what its value is: bare numbers, passwords, keys", () => {
  const redactor = createRedactor();
  expect(
    redactor.attributes({
      phone: 2025550143,
      password: 'hunter2',
      'http.request.header.x-api-key': 'a1b2c3d4e5f6',
      'app.version': '1.2.3.4',
      'gen_ai.usage.input_tokens': 1234567,
      'db.password': '',
      nested: { secret_key: 'abcdefgh12345678' },
    }),
  ).toEqual({
    phone: '[PHONE]',
    password: '[PASSWORD]',
    'http.request.header.x-api-key': '[API_KEY]',
    'app.version': '1.2.3.4',
    'gen_ai.usage.input_tokens': 1234567,
    'db.password': '',
    nested: { secret_key: '[API_KEY]' },
  });
});

test('keys that become the same are told apart, and nothing is lost', () => {
  const redactor = createRedactor();
  const redacted = redactor.attributes({ 'a@example.com': 1, 'b@example.com': 2, '[EMAIL]': 3, __proto__x: 4 });
  expect(redacted).toEqual({ '[EMAIL]_2': 1, '[EMAIL]_3': 2, '[EMAIL]': 3, __proto__x: 4 });
});

test('a value that holds itself, or is too deep, is replaced where it gets too deep; instances stay as they are', () => {
  const redactor = createRedactor();
  const ring: Record<string, unknown> = { email: 'ann@example.com' };
  ring['self'] = ring;
  const bytes = new Uint8Array([1, 2, 3]);
  const redacted = redactor.attributes({ ring, bytes, when: new Date(0) });
  expect(JSON.stringify(redacted)).toContain('[REDACTED]');
  expect(JSON.stringify(redacted)).not.toContain('ann@');
  expect(redacted.bytes).toBe(bytes);
});

test('a negative number in JSON keeps its form, within JSON too; a decimal is no phone', () => {
  const redactor = createRedactor();
  const json = JSON.stringify({
    a: JSON.stringify({ phone: -2025550143, price: [-4111111111111111], rate: 2025550143.5 }),
  });
  const { a } = JSON.parse(redactor.text(json)) as { a: string };
  expect(JSON.parse(a)).toEqual({ phone: '[PHONE]', price: ['[CARD]'], rate: 2025550143.5 });
});
