import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keepDeadLetter } from './dead-letter.js';
import { dropFromDeadLetters, eraseDeadLetters, placesInDeadLetters } from './erase-dead-letters.js';
import { createDiskFiles } from './files/index.js';
import type { JournalRecord } from './journal/index.js';
import { encodeSpans, NOON, NOON_MILLIS, spanModel, traceIdOf } from './store/contract/index.js';
import type { ErasureTarget } from './store/index.js';

const files = createDiskFiles();
const NOBODY = { isErased: () => false, traceKeys: [] };
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-letters-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const record = (format: JournalRecord['format'], body: Uint8Array, project: string | null = 'shop'): JournalRecord => ({
  format,
  receivedAtMillis: NOON_MILLIS,
  project,
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body,
});

const spans = (numbers: readonly number[], user: string): JournalRecord =>
  record(
    'otlp-traces',
    encodeSpans(numbers.map((number) => spanModel({ traceId: traceIdOf(number), attributes: { 'user.id': user } }))),
  );

const broken = (text: string, project: string | null = 'shop'): JournalRecord =>
  record('otlp-traces', Buffer.concat([Buffer.from([0x0a, 0xff]), Buffer.from(text)]), project);

const erase = (target: Partial<ErasureTarget>, found: Parameters<typeof eraseDeadLetters>[3] = NOBODY) =>
  eraseDeadLetters(
    files,
    directory,
    { id: 'e', requestedAtMillis: NOON_MILLIS, target: { project: 'shop', ...target } },
    found,
  );

const letters = async (): Promise<Buffer[]> =>
  Promise.all((await readdir(directory)).sort().map((name) => readFile(join(directory, name))));

test('of a letter that can be read the erased goes and the rest stays, whatever the filter', async () => {
  const [one, two] = [Buffer.from(traceIdOf(1), 'hex'), Buffer.from(traceIdOf(2), 'hex')];
  await keepDeadLetter(files, directory, spans([1, 2], 'ada'));
  expect(await erase({ traceKey: traceIdOf(9) })).toBe(false);
  expect(await erase({ userId: 'bo' })).toBe(false);
  expect(await erase({ project: 'bank', userId: 'ada' })).toBe(false);
  expect(await erase({ traceKey: traceIdOf(1) })).toBe(true);
  const [left, ...others] = await letters();
  expect(others).toEqual([]);
  expect([left?.includes(one), left?.includes(two)]).toEqual([false, true]);
  expect(await erase({ startUnixNano: NOON, endUnixNano: NOON + 1n })).toBe(true);
  expect(await letters()).toEqual([]);
});

test('what belongs to a trace that is erased goes, though the letter itself does not say why', async () => {
  await keepDeadLetter(files, directory, spans([1, 2], 'nobody'));
  const found = { isErased: (_project: string, key: string) => key === traceIdOf(2), traceKeys: [traceIdOf(2)] };
  expect(await erase({ userId: 'ada' }, found)).toBe(true);
  expect((await letters())[0]?.includes(Buffer.from(traceIdOf(2), 'hex'))).toBe(false);
});

test.each<[string, string, Partial<ErasureTarget>, readonly string[] | null, boolean]>([
  ['names the trace', `x ${traceIdOf(1)} x`, { traceKey: traceIdOf(1) }, [], true],
  [
    'names it as a UUID',
    'x 0F8FAD5B-D9CB-469F-A165-70867728950E',
    { traceKey: '0f8fad5bd9cb469fa16570867728950e' },
    [],
    true,
  ],
  ['names another', `x ${traceIdOf(2)} x`, { traceKey: traceIdOf(1) }, [], false],
  ['names the user', 'user ada', { userId: 'ada' }, [], true],
  ['names a trace of the user', `x ${traceIdOf(3)}`, { userId: 'ada' }, [traceIdOf(3)], true],
  ['may name any of very many traces', 'x', { userId: 'ada' }, null, true],
  ['names none of a user', 'x', { userId: 'ada' }, [traceIdOf(3)], false],
  ['came in the time', 'x', { startUnixNano: NOON }, [], true],
  ['came before the time', 'x', { startUnixNano: NOON + 3n * 86_400_000_000_000n }, [], false],
  ['is of the project', 'x', {}, [], true],
  ['is of another project', 'x', { project: 'bank' }, null, false],
])('a letter that nobody can read and that %s', async (_name, text, target, traceKeys, isGone) => {
  await keepDeadLetter(files, directory, broken(text));
  expect(await erase(target, { isErased: () => false, traceKeys })).toBe(isGone);
  expect(await letters()).toHaveLength(isGone ? 0 : 1);
});

test('what another collector erased goes from letters that can be read, and the others stay', async () => {
  await keepDeadLetter(files, directory, spans([1, 2], 'ada'));
  await keepDeadLetter(files, directory, spans([1], 'bo'));
  await keepDeadLetter(files, directory, broken(traceIdOf(1)));
  const places = await placesInDeadLetters(files, directory);
  expect(places.map(({ traceKey }) => traceKey).sort()).toEqual([traceIdOf(1), traceIdOf(2)]);
  expect(await dropFromDeadLetters(files, directory, [{ project: 'bank', traceKey: traceIdOf(1) }])).toBe(false);
  expect(await dropFromDeadLetters(files, directory, [{ project: 'shop', traceKey: traceIdOf(1) }])).toBe(true);
  expect((await placesInDeadLetters(files, directory)).map(({ traceKey }) => traceKey)).toEqual([traceIdOf(2)]);
  expect(await letters()).toHaveLength(2);
});
