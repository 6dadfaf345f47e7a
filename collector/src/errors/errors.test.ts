import { readFileSync } from 'node:fs';

import { CollectorError, grpcStatusOf, httpStatusOf, isErrorCode } from './index.js';

const documented = () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (\d+) \|.*\| (yes|no) \|$/gm)].map(
    ([, code, http, grpc, repeat]) => ({ code, http: Number(http), grpc: Number(grpc), repeat }),
  );
};

test('docs/errors.md lists every code once, with the statuses that are answered', () => {
  const table = Object.entries(httpStatusOf).map(([code, http]) => ({
    code,
    http,
    grpc: (grpcStatusOf as Record<string, number>)[code],
  }));
  expect(documented().map(({ code, http, grpc }) => ({ code, http, grpc }))).toEqual(table);
});

test('a code says "repeat" exactly where OTLP clients repeat on its statuses', () => {
  const RETRYABLE_HTTP = [429, 502, 503, 504];
  const RETRYABLE_GRPC = [1, 4, 8, 10, 11, 14, 15];
  for (const { http, grpc, repeat } of documented()) {
    expect([http, RETRYABLE_HTTP.includes(http)]).toEqual([http, repeat === 'yes']);
    expect([grpc, RETRYABLE_GRPC.includes(grpc)]).toEqual([grpc, repeat === 'yes']);
  }
});

test('no code is answered as 500, which OTLP clients drop on', () => {
  expect(Object.values(httpStatusOf)).not.toContain(500);
});

test('an error keeps its code, field, rule and cause', () => {
  const cause = new Error('disk');
  const error = new CollectorError(
    { code: 'CONFLICT', message: 'there already', field: 'key', issue: 'new' },
    { cause },
  );
  expect(error).toMatchObject({ code: 'CONFLICT', message: 'there already', field: 'key', issue: 'new', cause });
  expect(error.retryAfterSeconds).toBeUndefined();
});

test.each([
  ['VALIDATION_ERROR', true],
  ['ENOSPC', false],
  ['toString', false],
  [undefined, false],
])('%s is a code of ours: %s', (value, expected) => {
  expect(isErrorCode(value)).toBe(expected);
});
