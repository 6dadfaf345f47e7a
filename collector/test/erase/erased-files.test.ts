import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { searchFiles } from './search-files.js';
import { logsBody, type Marked, marked, nativeBody, spansBody } from './sent.js';

const WAIT_MILLIS = 60_000;
const POLL_MILLIS = 250;
const NOON_MILLIS = 1_795_176_000_000;
const ARGS = ['--erasure-purge-seconds', '0'];

let dataDir = '';
let collector: CollectorProcess;

const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<void> => {
  const end = Date.now() + WAIT_MILLIS;
  for (let seen = await look(); !holds(seen); seen = await look()) {
    if (Date.now() > end) throw new Error(`not within ${String(WAIT_MILLIS)} ms: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
};

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'noveum-erase-'));
});

afterEach(async () => {
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const post = async (path: string, body: string): Promise<void> => {
  const response = await fetch(collector.http + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(200);
};

const ask = async (method: string, path: string): Promise<Record<string, unknown>> => {
  const response = await fetch(collector.http + path, { method });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
};

const textsOf = ({ traceId, name, user, session, prompt, wordEnd }: Marked): string[] => [
  traceId,
  name,
  user,
  session,
  prompt,
  wordEnd,
];

const letter = async (name: string, format: string, body: string | Buffer): Promise<void> => {
  const head = {
    format,
    receivedAtMillis: NOON_MILLIS,
    project: null,
    keyEnvironment: null,
    redactionVersion: 0,
    refused: [],
  };
  await mkdir(join(dataDir, 'dead-letters'), { recursive: true, mode: 0o700 });
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), Buffer.from(body)]);
  await writeFile(join(dataDir, 'dead-letters', `${String(NOON_MILLIS)}-${name}.letter`), content);
};

/** Nothing stands before the first byte that tells of the trace, so that no protobuf could begin so. */
const unreadable = ({ traceId, prompt }: Marked): Buffer =>
  Buffer.concat([Buffer.from([0x0a, 0xff]), Buffer.from(traceId, 'hex'), Buffer.from(prompt)]);

const purged = (id: unknown) =>
  until(
    () => ask('GET', `/v1/erasures/${String(id)}`),
    ({ purged_at: at }) => at !== null,
  );

test('erased data is in no file: index, segments, journal, dead letters; what was not erased is', async () => {
  const words = ['otlp', 'native', 'letter', 'user'];
  const erased = Object.fromEntries(words.map((word) => [word, marked(`erased-${word}`)])) as Record<string, Marked>;
  const kept = Object.fromEntries(words.map((word) => [word, marked(`kept-${word}`)])) as Record<string, Marked>;
  const of = (traces: Record<string, Marked>, word: string): Marked => traces[word] as Marked;
  const both = (word: string): Marked[] => [of(erased, word), of(kept, word)];
  await letter('whole', 'native', nativeBody(both('letter')));
  await letter('erased', 'otlp-traces', unreadable(of(erased, 'letter')));
  await letter('kept', 'otlp-traces', unreadable(of(kept, 'letter')));

  collector = await startCollectorProcess({ dataDir, args: ARGS });
  const fillers = Array.from({ length: 300 }, (_, number) => marked(`filler-${String(number)}`));
  await post('/v1/traces', spansBody([...both('otlp'), ...both('user'), ...fillers]));
  await post('/v1/traces', nativeBody(both('native')));
  await post('/v1/logs', logsBody(both('otlp')));
  await until(
    () => ask('GET', `/v1/traces/${of(kept, 'otlp').traceId}`),
    ({ status }) => status === 200,
  );

  const erasedTexts = [...words.flatMap((word) => textsOf(of(erased, word))), of(erased, 'otlp').event];
  const keptTexts = [...words.flatMap((word) => textsOf(of(kept, word))), of(kept, 'otlp').event];
  const before = searchFiles(dataDir, [...erasedTexts, ...keptTexts]);
  expect(Object.keys(before).sort()).toEqual([...erasedTexts, ...keptTexts].sort());

  await until(
    () => ask('GET', `/v1/traces?q=${of(erased, 'otlp').word}`),
    ({ traces }) => (traces as readonly unknown[]).length === 1,
  );
  const inText = () => Object.values(searchFiles(dataDir, [of(erased, 'otlp').wordEnd])).flat();
  await until(
    () => Promise.resolve(inText()),
    (paths) => paths.some((path) => path.includes('text')),
  );

  const erasures: unknown[] = [];
  for (const word of ['otlp', 'native', 'letter']) {
    const answer = await ask('DELETE', `/v1/traces/${of(erased, word).traceId}`);
    expect(answer).toMatchObject({ status: 200, erased_traces: word === 'letter' ? 0 : 1, purged_at: null });
    erasures.push(answer['erasure_id']);
  }
  const user = of(erased, 'user');
  expect(await ask('DELETE', `/v1/traces?user_id=${user.user}&dry_run=true`)).toMatchObject({ matching_traces: 1 });
  const ofUser = await ask('DELETE', `/v1/traces?project=shop&user_id=${user.user}`);
  expect(ofUser).toMatchObject({ status: 200, erased_traces: 1 });
  erasures.push(ofUser['erasure_id']);

  await post('/v1/traces', spansBody([of(erased, 'otlp'), of(erased, 'user')]));
  await post('/v1/traces', nativeBody([of(erased, 'native'), marked('kept-late')]));
  await until(
    () => ask('GET', `/v1/traces/${marked('kept-late').traceId}`),
    ({ status }) => status === 200,
  );
  for (const word of ['otlp', 'native', 'user'])
    expect(await ask('GET', `/v1/traces/${of(erased, word).traceId}`)).toMatchObject({ status: 404 });

  expect(await ask('GET', `/v1/traces?q=${of(erased, 'otlp').word}`)).toMatchObject({ traces: [] });

  for (const id of erasures) await purged(id);
  await until(
    () => Promise.resolve(Object.keys(searchFiles(dataDir, erasedTexts))),
    (found) => found.length === 0,
  );
  const after = searchFiles(dataDir, [...erasedTexts, ...keptTexts]);
  expect(Object.keys(after).sort()).toEqual([...keptTexts].sort());
  for (const word of ['otlp', 'native', 'user'])
    expect(await ask('GET', `/v1/traces/${of(kept, word).traceId}`)).toMatchObject({ status: 200 });
  expect(await readdir(join(dataDir, 'dead-letters'))).toHaveLength(2);
  for (const text of [...erasedTexts, ...keptTexts]) expect(collector.log()).not.toContain(text);
}, 120_000);

test('an erasure in whose midst the collector is killed is at its end after the next start', async () => {
  collector = await startCollectorProcess({ dataDir, args: ARGS });
  const doomed = Array.from({ length: 2000 }, (_, number) => ({
    ...marked(`doomed-${String(number)}`),
    user: 'user-of-many',
  }));
  const kept = marked('kept-alone');
  for (let first = 0; first < doomed.length; first += 500)
    await post('/v1/traces', spansBody(doomed.slice(first, first + 500)));
  await post('/v1/traces', spansBody([kept]));
  const total = async () => ((await ask('GET', '/v1/traces'))['pagination'] as { total: number }).total;
  await until(total, (found) => found === 2001);

  const erasing = fetch(`${collector.http}/v1/traces?user_id=user-of-many`, { method: 'DELETE' }).catch(() => null);
  const isUnderWay = (name: string): boolean => name.startsWith('erasure-') && name.endsWith('.json');
  await until(
    () => readdir(join(dataDir, 'store')),
    (names) => names.some(isUnderWay),
  );
  await collector.kill();
  await erasing;
  expect((await readdir(join(dataDir, 'store'))).some(isUnderWay)).toBe(true);

  collector = await startCollectorProcess({ dataDir, args: ARGS });
  await until(total, (found) => found === 1);
  await until(
    () => Promise.resolve(Object.keys(searchFiles(dataDir, ['user-of-many', (doomed[7] as Marked).prompt]))),
    (found) => found.length === 0,
  );
  expect(await ask('GET', `/v1/traces/${kept.traceId}`)).toMatchObject({ status: 200 });
  expect(Object.keys(searchFiles(dataDir, [kept.prompt]))).toEqual([kept.prompt]);
}, 180_000);
