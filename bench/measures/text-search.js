import { startCollector } from '../lib/collector.js';
import { makeSeen } from '../lib/elasticsearch.js';
import { get, storedSpansOf } from '../lib/get.js';
import { runLoad } from '../lib/loadgen.js';
import { waitUntilIndexed } from '../lib/metrics.js';
import { cpuSeconds } from '../lib/process-stats.js';
import { percentile, round } from '../lib/statistics.js';
import { sendMarkedTraces, textQueries } from '../lib/text-queries.js';
import { withKeptDataDir } from '../lib/with-collector.js';

const SPANS_PER_REQUEST = 160;
const REPEATS = 20;
/** A search that looks into every trace may take seconds: it isn't begun again after so long. */
const REPEAT_MILLIS = 5_000;
const LOADS = 5;
const FILL_MILLIS = 3_600_000;

const fill = async ({ http }, spans) => {
  const requests = Math.ceil(spans / SPANS_PER_REQUEST);
  const step = Math.ceil(requests / LOADS);
  for (let sent = 0; sent < requests; sent += step) {
    const flags = ['-n', Math.min(step, requests - sent), '-c', 8, '-d', '1h', '-backoff', '200ms'];
    await runLoad({ http }, flags);
    await sendMarkedTraces(http);
  }
};

const timeQuery = async ({ http, pid }, query) => {
  const url = `${http}/v1/traces?limit=50&${query}`;
  const millis = [];
  let found;
  const cpuBefore = await cpuSeconds(pid);
  const beganAt = performance.now();
  while (millis.length < REPEATS && performance.now() - beganAt < REPEAT_MILLIS) {
    const startedAt = performance.now();
    const body = await get(url);
    millis.push(performance.now() - startedAt);
    found = JSON.parse(body);
  }
  return {
    times: millis.length,
    cpu_ms: round((((await cpuSeconds(pid)) - cpuBefore) * 1000) / millis.length),
    first_ms: round(millis[0]),
    p50_ms: round(percentile(millis, 0.5)),
    p95_ms: round(percentile(millis, 0.95)),
    traces: found.traces.length,
    total: `${found.pagination.total_relation === 'eq' ? '' : '>= '}${found.pagination.total}`,
  };
};

const searchOn = async (dataDir, isFilled, { spans, store }) => {
  const collector = await startCollector(dataDir, store);
  const { http } = collector;
  try {
    if (!isFilled) await fill(collector, spans);
    await waitUntilIndexed(http, FILL_MILLIS);
    await makeSeen(dataDir);
    const rows = [];
    for (const [search, query] of Object.entries(await textQueries(http)))
      rows.push({ search, ...(await timeQuery(collector, query)) });
    return [...rows, { search: 'spans', total: await storedSpansOf(http) }];
  } finally {
    await collector.stop();
  }
};

/** Every kind of search in texts over HTTP, in a store of `--spans` LLM spans. */
export const measureTextSearch = (options) =>
  withKeptDataDir(options.dataDir, (dataDir, isFilled) => searchOn(dataDir, isFilled, options));
