import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TraceDocument } from 'noveum-proto';

import { readUntilThere, untilItHolds } from '../clients/read-trace.js';
import { programs, runProgram } from '../clients/run-program.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const MAIN = join(programs, '..', '..', 'dist', 'main.js');
const FIXTURES = new URL('../../../proto/test/fixtures/otlp/', import.meta.url);
const NAMES = ['js_otel', 'js_vercel', 'openinference_py_openai', 'traceloop_py_openai'];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'noveum-rederive-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const withPrice = (usd: number): string => {
  const path = join(directory, `${String(usd)}.yaml`);
  writeFileSync(path, `prices:\n  - {model: gpt-4o-mini*, input: ${String(usd)}, output: ${String(usd)}}\n`);
  return path;
};

const start = (usd: number): Promise<CollectorProcess> =>
  startCollectorProcess({ dataDir: join(directory, 'data'), args: ['--config', withPrice(usd)] });

const rederive = async (...flags: readonly string[]): Promise<Record<string, unknown>> => {
  const argv = [
    MAIN,
    'rederive',
    '--since',
    '2026-11-01',
    '--data-dir',
    join(directory, 'data'),
    '--store',
    'embedded',
    ...flags,
  ];
  return JSON.parse(await runProgram(process.execPath, argv)) as Record<string, unknown>;
};

const costs = async ({ http }: CollectorProcess): Promise<Record<string, unknown>> => {
  const { traces } = await readUntilThere<{ traces: TraceDocument[] }>(`${http}/v1/traces`);
  return Object.fromEntries(
    await Promise.all(
      traces.map(async ({ attributes, services: [service = ''], trace_id }) => {
        const { trace } = await readUntilThere<{ trace: TraceDocument }>(`${http}/v1/traces/${trace_id}`);
        return [service, [attributes.total_cost, trace.attributes.total_cost]] as const;
      }),
    ),
  );
};

const parts = async ({ http }: CollectorProcess): Promise<unknown> =>
  (await readUntilThere<{ parts: { store: unknown } }>(`${http}/v1/health`)).parts.store;

test('lists follow new prices once stored traces are derived anew, and until then the collector says that they do not', async () => {
  let collector = await start(1);
  for (const name of NAMES)
    await fetch(`${collector.http}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(readFileSync(new URL(`${name}.pb`, FIXTURES))),
    });
  await untilItHolds(async () => {
    expect(Object.keys(await costs(collector))).toHaveLength(NAMES.length);
  });
  expect(await rederive()).toMatchObject({ traces: NAMES.length, changed: 0, failed: 0 });
  await collector.stop();

  collector = await start(10);
  await untilItHolds(async () => {
    expect(await parts(collector)).toMatchObject({ details: { days_derived_otherwise: 1 } });
  });
  expect(collector.log()).toContain('noveum-collector rederive derives them anew');
  const before = await costs(collector);
  const dry = await rederive('--dry-run');
  expect(dry).toMatchObject({ changed: NAMES.length, fields: { total_cost: NAMES.length }, dryRun: true });
  expect(await costs(collector)).toEqual(before);
  expect(await rederive()).toEqual({ ...dry, dryRun: false });
  for (const [inList, inDocument] of Object.values(await costs(collector)) as [number, number][])
    expect(inList).toBe(inDocument);
  expect(await rederive()).toMatchObject({ changed: 0 });
  await untilItHolds(async () => {
    expect(await parts(collector)).toMatchObject({ details: { days_derived_otherwise: 0 } });
  });
  await collector.stop();

  // With no collector running the directory itself is worked on, by the prices that are given.
  expect(await rederive('--config', withPrice(1))).toMatchObject({ changed: NAMES.length });
  collector = await start(1);
  expect(await parts(collector)).toMatchObject({ details: { days_derived_otherwise: 0 } });
  await collector.stop();
}, 60_000);
