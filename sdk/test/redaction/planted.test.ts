import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';
import { type Kind, KINDS } from 'noveum-proto/redaction';

import { SECRETS, surroundings } from '../../../proto/src/redaction/contract/planted.js';
import { answering, type Received, startAnsweringServer } from '../support/answering-server.js';

const OF_A_KIND = 12;
/** Of each text: one by the tracer, three by our own functions. */
const SPANS_OF_A_TEXT = 4;

interface Planted {
  readonly kind: Kind;
  readonly text: string;
  readonly secret: string;
}

const plantedOf = (kind: Kind): fc.Arbitrary<Planted> =>
  fc.tuple(SECRETS[kind], surroundings).map(([{ secret, context }, [before, after]]) => ({
    kind,
    secret,
    text: `${before}${context}${secret}${after}`,
  }));

const plantedTexts = fc
  .tuple(...KINDS.map((kind) => fc.array(plantedOf(kind), { minLength: OF_A_KIND, maxLength: OF_A_KIND })))
  .map((lists) => lists.flat());

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((path) => statSync(path).isFile());

/** Unpacked, and with the headers that came with it. */
const bytesOf = ({ body, headers }: Received): Buffer =>
  Buffer.concat([
    Buffer.from(JSON.stringify(headers)),
    headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
  ]);

/** All that left a process which traced these texts, by where it went. */
const exported = async (planted: readonly Planted[], redaction: unknown): Promise<ReadonlyMap<string, Buffer>> => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-planted-'));
  const given = mkdtempSync(join(tmpdir(), 'noveum-plant-'));
  const backend = await startAnsweringServer(answering(200));
  try {
    const settings = join(given, 'settings.json');
    const texts = planted.map(({ text }) => text);
    const nowhere = 'http://127.0.0.1:9';
    writeFileSync(
      settings,
      JSON.stringify({ texts, endpoint: `http://127.0.0.1:${backend.port}`, nowhere, directory, redaction }),
    );
    const script = join(process.cwd(), 'sdk/test/redaction/plant.mjs');
    const options = { maxBuffer: 256 * 1024 * 1024 };
    const { stderr, stdout } = await promisify(execFile)(process.execPath, [script, settings], options);
    expect(stdout).toContain(`traced ${String(SPANS_OF_A_TEXT * planted.length)}`);
    const out = new Map([
      ['stdout', Buffer.from(stdout)],
      ['stderr', Buffer.from(stderr)],
    ]);
    for (const received of backend.received) {
      const { path } = received;
      out.set(path, Buffer.concat([out.get(path) ?? Buffer.alloc(0), bytesOf(received)]));
    }
    for (const path of filesIn(directory)) {
      const name = path.slice(directory.length).replaceAll(/[^a-z/.]+/g, '#');
      out.set(name, Buffer.concat([out.get(name) ?? Buffer.alloc(0), readFileSync(path)]));
    }
    return out;
  } finally {
    await backend.close();
    for (const each of [directory, given]) rmSync(each, { recursive: true });
  }
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** As it is, and as it stands in JSON and in JSON within JSON. */
const isIn = (bytes: Buffer, secret: string): boolean =>
  [secret, inJson(secret), inJson(inJson(secret))].some((form) => bytes.includes(form));

const leaks = (planted: readonly Planted[], out: ReadonlyMap<string, Buffer>): readonly string[] =>
  [...out].flatMap(([where, bytes]) =>
    planted.filter(({ secret }) => isIn(bytes, secret)).map(({ kind }) => `${kind} in ${where}`),
  );

const PLACES = ['/native/v1/traces', '/protobuf/v1/traces', '/json/v1/traces', '/traces.jsonl', '/otlp.jsonl'];

test('a planted secret of any kind is in no byte that leaves, by whatever channel it came', async () => {
  await fc.assert(
    fc.asyncProperty(plantedTexts, async (planted) => {
      const out = await exported(planted, true);
      expect([...out.keys()]).toEqual(expect.arrayContaining([...PLACES, 'stderr']));
      expect([...out.keys()].some((name) => name.startsWith('/spool/'))).toBe(true);
      expect(leaks(planted, out)).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('without redaction they are in all of them: the test can fail', async () => {
  const planted = fc.sample(plantedTexts, { numRuns: 1, seed: 1 }).flat();
  const out = await exported(planted, false);
  const countIn = (place: string): number =>
    planted.filter(({ secret }) => isIn(out.get(place) ?? Buffer.alloc(0), secret)).length;
  expect(PLACES.map(countIn)).toEqual(PLACES.map(() => planted.length));
  // The tree of the console has a line for a span, in which some are cut.
  expect(countIn('stderr')).toBeGreaterThan(planted.length / 2);
});
