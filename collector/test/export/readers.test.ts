import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { nanosOfIso } from 'noveum-proto';

import { preparePython } from '../clients/python-environment.js';
import { programs, runProgram } from '../clients/run-program.js';
import { spansOf, until } from '../forward/two-collectors.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool } from '../support/tools.js';

const INSTALL_MILLIS = 240_000;
const START = '2026-11-20T11:00:00.123456789Z';

const traceOf = (name: string, tokens: number) => ({
  trace_id: `trace-${name}`,
  name,
  start_time: START,
  end_time: '2026-11-20T11:00:01Z',
  attributes: { total_tokens: tokens, total_cost: tokens / 1000 },
  metadata: { tags: { beta: true, tier: 'gold' } },
  spans: [],
});

describeWithTool('python3', 'what pyarrow and DuckDB read', () => {
  let directory: string;
  let collector: CollectorProcess;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'noveum-export-'));
    collector = await startCollectorProcess({ dataDir: join(directory, 'data') });
  });
  afterAll(async () => {
    await collector.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const save = async (format: string): Promise<string> => {
    const response = await fetch(`${collector.http}/v1/traces/export?format=${format}`);
    expect(response.status).toBe(200);
    const path = join(directory, `traces.${format}`);
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    return path;
  };

  test(
    'is what was sent, in its types',
    async () => {
      const python = await preparePython('parquet');
      const traces = [traceOf('plain', 10), traceOf('comma, "quote"\nand line', 20), traceOf('日本語', 30)];
      const response = await fetch(`${collector.http}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ traces }),
      });
      expect(response.status).toBe(200);
      await until(
        () => spansOf(collector.http),
        (spans) => Object.keys(spans).length === traces.length,
      );
      const path = join(programs, 'parquet', 'read.py');
      const read = JSON.parse(await runProgram(python, [path, await save('parquet'), await save('csv')])) as {
        readonly schema: Readonly<Record<string, string>>;
        readonly duckdb_types: Readonly<Record<string, string>>;
        readonly rows: readonly Readonly<Record<string, unknown>>[];
        readonly start_nanos: readonly string[];
      };
      expect(read).toMatchObject({ duckdb_sums: [60, 0.06, 3], csv_sums: [60, 0.06, 3] });
      expect(read).toHaveProperty('csv_names', traces.map(({ name }) => name).sort());
      expect(read.rows.map(({ name }) => name).sort()).toEqual(traces.map(({ name }) => name).sort());
      expect(read.rows[0]?.tags).toEqual(['beta', 'tier:gold']);
      expect(read.schema).toMatchObject({
        trace_id: 'string',
        start_time: 'timestamp[ns, tz=UTC]',
        duration_ms: 'double',
        span_count: 'int64',
        tags: expect.stringMatching(/^list<element: string/) as string,
        total_cost: 'double',
        incomplete: 'bool',
      });
      expect(read.duckdb_types).toMatchObject({
        start_time: expect.stringMatching(/^TIMESTAMP/) as string,
        tags: 'VARCHAR[]',
        total_tokens: 'BIGINT',
      });
      expect(new Set(read.start_nanos)).toEqual(new Set([String(nanosOfIso(START))]));
    },
    INSTALL_MILLIS,
  );
});
