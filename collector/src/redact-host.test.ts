import { pathToFileURL } from 'node:url';

import { encodeTracesJson } from 'noveum-proto';

import { createRedactHost } from './redact-host.js';
import type { RedactThreadData } from './redact-thread.js';
import { type PreparedThread, prepareThread } from './threads/index.js';

// A thread has the built code.
const BUILT = pathToFileURL(require.resolve('../dist/redact-thread.js'));
const DYING = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', () => process.exit(1));
  `)}`,
);
const LIMITS = { maxOldGenerationSizeMb: 256 };
const RULES = [{ projects: ['shut'], enabled: true, options: {} }];
const MAIL = 'ann@example.org';

const recordOf = (characters: number) => {
  const span = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), name: `${MAIL} ${'a '.repeat(characters / 2)}` };
  const outcome = encodeTracesJson(
    { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
    { attributesPerSpan: 10, nesting: 8, spanNameBytes: 2 ** 20 },
  );
  if (outcome.status === 'refused') throw new Error(outcome.problem.issue);
  return { format: 'otlp-traces' as const, refused: [], body: outcome.bytes };
};

const hostWith = (...files: readonly URL[]) => {
  const counted: [string, string, number][] = [];
  let started = 0;
  const prepare = (): PreparedThread<RedactThreadData> => prepareThread(files[started++] as URL, LIMITS);
  const host = createRedactHost(RULES, { redacted: (...one) => void counted.push(one) }, prepare);
  return { host, counted, started: () => started };
};

test('up to 256 KiB it is done at once, beyond in a thread, with the same outcome and counts', async () => {
  const { host, counted, started } = hostWith(BUILT);
  for (const [characters, threads] of [
    [256 * 1024 - 200, 0],
    [256 * 1024 + 200, 1],
  ] as const) {
    const outcome = await host.redact(recordOf(characters), 'shut');
    expect(outcome).toMatchObject({ status: 'redacted', isChanged: true });
    const text = outcome.status === 'redacted' ? Buffer.from(outcome.record.body).toString('latin1') : '';
    expect([text.includes('[EMAIL]'), text.includes(MAIL), started()]).toEqual([true, false, threads]);
  }
  expect(counted).toEqual([
    ['shut', 'email', 1],
    ['shut', 'email', 1],
  ]);
  expect(host.counts()).toEqual({ shut: { email: 2 } });
  await host.close();
});

test('where the thread dies the request fails, to be sent again, and the next one has a new thread', async () => {
  const { host } = hostWith(DYING, BUILT);
  const record = recordOf(300_000);
  expect(await host.redact(record, 'shut')).toEqual({ status: 'failed' });
  expect(await host.redact(record, 'shut')).toMatchObject({ status: 'redacted', isChanged: true });
  await host.close();
});

test('what another project sends is the same object, and no thread starts', async () => {
  const { host, started } = hostWith();
  const record = recordOf(300_000);
  expect(await host.redact(record, 'open')).toEqual({ status: 'redacted', record, isChanged: false });
  expect(await host.redact(record, null)).toEqual({ status: 'redacted', record, isChanged: false });
  expect(started()).toBe(0);
  await host.close();
});

test.each([100, 300_000])('what can not be read is refused, %d bytes of it too', async (bytes) => {
  const { host } = hostWith(BUILT);
  const body = Buffer.alloc(bytes, 0xff);
  expect(await host.redact({ format: 'otlp-traces', refused: [], body }, 'shut')).toEqual({ status: 'refused' });
  await host.close();
});
