// npm run bench:sdk: the overhead of the SDK beside plain OpenTelemetry's, in one run.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { ensureLoadgen } from '../lib/loadgen.js';
import { machineFactor } from '../lib/machine-factor.js';
import { printTable } from '../lib/print-table.js';
import { percentile, round } from '../lib/statistics.js';
import { countPackages } from './count-packages.js';
import { installPeers, PEERS } from './peers.js';

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
/** What a goal without another SDK beside it is about: CPU that a slower machine makes more of. */
const ABSOLUTE = { import: 'import_cpu_ms', rate: 'cpu_percent', 'noop:span': 'hot_us', 'noop:wrap': 'hot_us' };
const ADAPTERS = readdirSync(join(here, 'adapters'))
  .filter((file) => file.endsWith('.js') && file !== 'plain-otel.js')
  .map((file) => file.slice(0, -3));

const { values } = parseArgs({
  options: {
    adapters: { type: 'string', default: ADAPTERS.join(',') },
    scenarios: { type: 'string', default: Object.keys(RUNS).join(',') },
    runs: { type: 'string' },
    // So many times the spans, to warm up as well: less of each one's cost is compiling.
    times: { type: 'string', default: '1' },
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
  const times = Number(values.times) * (isCheap ? 10 : 1);
  const env = { ...process.env, SPANS: String(19_200 * times), WARM_UP: String(4_800 * times) };
  const module = PEERS.includes(adapter) ? `peers/${adapter}` : adapter;
  const args = ['--expose-gc', join(here, 'run-one.js'), module, scenario, url];
  const { stdout, stderr } = spawnSync(...onCore(0, args), { env, encoding: 'utf8', timeout: 240_000 });
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    throw new Error(`${adapter} ${scenario}: ${stderr.slice(-500)}`);
  }
};

/** Null without the generator of the load that it is measured with. */
const factorNow = async () => {
  try {
    ensureLoadgen();
    return await machineFactor();
  } catch (error) {
    console.error(`machine_factor is unknown: ${error.message}`);
    return null;
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

const atFactor = (factor, scenario, row) => {
  if (factor === null) return {};
  const measured = row[ABSOLUTE[scenario]];
  return { machine_factor: factor, ...(measured === undefined ? {} : { at_factor_1: measured / factor }) };
};

const rounded = (row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value, 3)]));

const measured = (scenario, url) => {
  const rows = Object.fromEntries(adapters.map((adapter) => [adapter, []]));
  for (let run = 0; run < Number(values.runs ?? RUNS[scenario]); run++)
    for (const adapter of adapters) rows[adapter].push(runOne(adapter, scenario, url));
  const taken = Object.entries(rows).filter(([, [first]]) => first.skipped !== true);
  return Object.fromEntries(taken.map(([adapter, each]) => [adapter, mediansOf(each)]));
};

installPeers(adapters);
const { sink, url } = await startSink();
const results = {};
let factorBefore = await factorNow();
for (const scenario of scenarios) {
  if (scenario === 'packages') {
    results.packages = { installed: countPackages() };
    printTable('packages', [results.packages]);
    continue;
  }
  const medians = measured(scenario, url);
  const factorAfter = factorBefore === null ? null : await factorNow();
  const factor = factorAfter === null ? null : (factorBefore + factorAfter) / 2;
  factorBefore = factorAfter;
  results[scenario] = Object.fromEntries(
    Object.entries(medians).map(([adapter, row]) => [
      adapter,
      rounded({ ...row, ...ratioTo(medians[BASE], row), ...atFactor(factor, scenario, row) }),
    ]),
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
