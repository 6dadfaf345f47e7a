import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { batchOfSpans, spanIdOf, traceIdOf } from '../../../../test/support/requests.js';
import { systemClock } from '../../index.js';
import { createFileExporter, type FileExporterOptions, nodeLineFiles } from './index.js';

const never = new AbortController().signal;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-file-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const exporterTo = (options: Partial<FileExporterOptions> = {}) =>
  createFileExporter({
    path: join(directory, 'in', 'traces.jsonl'),
    files: nodeLineFiles,
    clock: systemClock,
    ...options,
  });

const batch = batchOfSpans([
  { traceId: traceIdOf(1), spanId: spanIdOf(1) },
  { traceId: traceIdOf(2), spanId: spanIdOf(2) },
  { traceId: traceIdOf(1), spanId: spanIdOf(3), parentSpanId: spanIdOf(1) },
]);

const linesIn = async (name: string): Promise<readonly Record<string, unknown>[]> => {
  const text = await readFile(join(directory, 'in', name), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

it('writes a trace document a line, for its owner alone to read', async () => {
  const exporter = exporterTo();
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  await exporter.export(batch, never);
  const lines = await linesIn('traces.jsonl');
  expect(lines.map((line) => [line.trace_id, line.span_count])).toEqual([
    [traceIdOf(1), 2],
    [traceIdOf(2), 1],
    [traceIdOf(1), 2],
    [traceIdOf(2), 1],
  ]);
  expect((await stat(join(directory, 'in', 'traces.jsonl'))).mode & 0o777).toBe(0o600);
  await exporter.close();
});

it('writes the lines that it is told to', async () => {
  const exporter = exporterTo({ linesOf: (request) => [JSON.stringify({ bytes: request.length })] });
  await exporter.export(batch, never);
  expect(await linesIn('traces.jsonl')).toEqual([{ bytes: batch.request.length }]);
});

it('begins a new file before one grows too large, and keeps so many', async () => {
  let turn = 0;
  const linesOf = (): readonly string[] => [JSON.stringify({ turn: turn++, filling: 'x'.repeat(60) })];
  const exporter = exporterTo({ linesOf, maxBytes: 200, maxFiles: 3 });
  await Promise.all(Array.from({ length: 9 }, () => exporter.export(batch, never)));
  expect((await readdir(join(directory, 'in'))).sort()).toEqual(['traces.jsonl', 'traces.jsonl.1', 'traces.jsonl.2']);
  const turns = async (name: string) => (await linesIn(name)).map((line) => line.turn);
  expect(await turns('traces.jsonl.2')).toEqual([4, 5]);
  expect(await turns('traces.jsonl.1')).toEqual([6, 7]);
  expect(await turns('traces.jsonl')).toEqual([8]);
});

it('may be tried again where the disk is full', async () => {
  const exporter = exporterTo({ path: '/dev/full' });
  expect(await exporter.export(batch, never)).toEqual({ status: 'retry', reason: 'ENOSPC' });
});

it('rejects bytes that are no request', async () => {
  expect(await exporterTo().export({ request: Uint8Array.of(10, 200), spanCount: 2 }, never)).toMatchObject({
    status: 'rejected',
    reason: 'malformed',
  });
});
