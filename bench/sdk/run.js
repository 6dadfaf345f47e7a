// npm run bench:sdk: the overhead of the SDK beside plain OpenTelemetry's, in one run.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { printTable } from '../lib/print-table.js';
import { percentile, round } from '../lib/statistics.js';
import { countPackages } from './count-packages.js';

const here = dirname(fileURLToPath(import.meta.url));
const RUNS = {
  span: 5,
  wrap: 5,
  llm: 5,
  'noop:span': 3,
  'noop:wrap': 3,
  'sampledout:span': 3,
  'sampledout:wrap': 3,
  burst: 3,
  heap: 1,
  'noop:rate': 3,
  rate: 3,
  import: 9,
  packages: 1,
};
const BASE = 'otel-proto';
const ADAPTERS = readdirSync(join(here, 'adapters'))
  .map((file) => file.replace(/\.js$/, ''))
  .filter((name) => name !== 'plain-otel');

const { values } = parseArgs({
  options: {
    adapters: { type: 'string', default: ADAPTERS.join(',') },
    scenarios: { type: 'string', default: Object.keys(RUNS).join(',') },
    runs: { type: 'string' },
    name: { type: 'string', default: 'sdk' },
  },
});
const adapters = values.adapters.split(',');
const scenarios = values.scenarios.split(',');

const onCore = (core, args) =>
  availableParallelism() > 1 ? ['taskset', ['-c', String(core), process.execPath, ...args]] : [process.execPath, args];

const startSink = () =>
  new Promise((resolve) => {
    const sink = spawn(...onCore(1, ['--max-old-space-size=6000', join(here, 'sink.js')]), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    sink.stdout.once('data', (line) => resolve({ sink, url: String(line).trim() }));
  });

const runOne = (adapter, scenario, url) => {
  const isCheap = scenario.includes(':');
  const env = { ...process.env, SPANS: isCheap ? '192000' : '19200', WARM_UP: isCheap ? '48000' : '4800' };
  const args = ['--expose-gc', join(here, 'run-one.js'), adapter, scenario, url];
  const { stdout, stderr } = spawnSync(...onCore(0, args), { env, encoding: 'utf8', timeout: 240_000 });
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    throw new Error(`${adapter} ${scenario}: ${stderr.slice(-500)}`);
  }
};

const mediansOf = (rows) => {
  const numbers = Object.keys(rows[0]).filter((key) => typeof rows[0][key] === 'number');
  return Object.fromEntries(
    numbers.map((key) => [
      key,
      percentile(
        rows.map((row) => row[key]),
        0.5,
      ),
    ]),
  );
};

const ratioTo = (base, row) =>
  Object.fromEntries(
    ['hot_us', 'total_us']
      .filter((key) => base?.[key] > 0)
      .map((key) => [key.replace('us', 'ratio'), row[key] / base[key]]),
  );

const rounded = (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value, 3)]));

const { sink, url } = await startSink();
const results = {};
for (const scenario of scenarios) {
  if (scenario === 'packages') {
    results.packages = { installed: countPackages() };
    printTable('packages', [results.packages]);
    continue;
  }
  const rows = Object.fromEntries(adapters.map((adapter) => [adapter, []]));
  for (let run = 0; run < Number(values.runs ?? RUNS[scenario]); run++)
    for (const adapter of adapters) rows[adapter].push(runOne(adapter, scenario, url));
  const medians = Object.fromEntries(adapters.map((adapter) => [adapter, mediansOf(rows[adapter])]));
  results[scenario] = Object.fromEntries(
    adapters.map((adapter) => [adapter, rounded({ ...medians[adapter], ...ratioTo(medians[BASE], medians[adapter]) })]),
  );
  printTable(
    scenario,
    Object.entries(results[scenario]).map(([adapter, row]) => ({ adapter, ...row })),
  );
}
sink.kill();
const folder = join(here, '..', 'results');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, `${values.name}.json`), `${JSON.stringify(results, null, 2)}\n`);
