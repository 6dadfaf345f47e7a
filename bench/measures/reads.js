import { startCollector } from '../lib/collector.js';
import { diskBytes } from '../lib/disk-usage.js';
import { makeSeen } from '../lib/elasticsearch.js';
import { get, getJson, storedSpansOf } from '../lib/get.js';
import { runLoad } from '../lib/loadgen.js';
import { sendLongTrace } from '../lib/long-trace.js';
import { patienceFor, waitUntilDrained } from '../lib/metrics.js';
import { analyticsQueries, groupPaths, listQueries } from '../lib/queries.js';
import { percentile, round } from '../lib/statistics.js';
import { withKeptDataDir } from '../lib/with-collector.js';

const SPANS_PER_REQUEST = 160;
const REPEATS = 20;
const REQUESTS_PER_SECOND_BESIDE = 20;
const TRACES_BY_ID = 200;
const BY_ID_A_ROUND = 10;
const LONG_TRACE_SPANS = 10_000;

const fill = async (dataDir, { spans, store }) => {
  const collector = await startCollector(dataDir, store);
  try {
    const requests = Math.ceil(spans / SPANS_PER_REQUEST);
    await runLoad(collector, ['-n', requests, '-d', '1h', '-backoff', '200ms']);
    const metrics = await waitUntilDrained(collector.http, patienceFor(spans));
    await makeSeen(dataDir);
    return metrics.get('noveum_stored_spans_total') ?? 0;
  } finally {
    await collector.stop();
  }
};

/** The paths to read, by name; what they filter by is taken from traces that are there. */
const pathsOf = async (http) => {
  const { traces, pagination } = await getJson(`${http}/v1/traces?limit=${TRACES_BY_ID}&offset=500`);
  const [first] = traces;
  const facts = {
    userId: first.metadata?.user_id ?? '',
    sessionId: first.metadata?.session_id ?? '',
    middle: Date.parse(first.start_time),
    cursor: pagination.next_cursor,
  };
  const lists = Object.entries(listQueries(facts)).map(([name, query]) => [name, [`/v1/traces?${query}`]]);
  const sums = Object.entries(analyticsQueries()).map(([name, query]) => [name, [`/v1/analytics/${query}`]]);
  const groups = Object.entries(groupPaths(facts)).map(([name, path]) => [name, [path]]);
  const { sessions } = await getJson(`${http}/v1/sessions?limit=${TRACES_BY_ID}`);
  return new Map([
    ...lists,
    ...groups,
    ...sums,
    ['session', sessions.map(({ session_id: id }) => `/v1/sessions/${encodeURIComponent(id)}`)],
    ['by id', traces.map((trace) => `/v1/traces/${trace.trace_id}`)],
  ]);
};

/** A trace of 10,000 spans, made for this: its outline, by pages and at once, its spans by id, and its graph. */
const longPathsOf = async (http, dataDir) => {
  const { spanIds, traceId } = await sendLongTrace(http, LONG_TRACE_SPANS);
  await waitUntilDrained(http);
  await makeSeen(dataDir);
  const trace = `/v1/traces/${traceId}`;
  return [
    ['outline, 10,000 spans', [`${trace}/spans?view=outline`]],
    ['outline, all rows', [`${trace}/spans?view=outline&limit=10000`]],
    ['span by id', spanIds.slice(0, TRACES_BY_ID).map((spanId) => `${trace}/spans/${spanId}`)],
    ['agent graph of a trace', [`/v1/agent-graph?trace_id=${traceId}`]],
    ['agent graph of 100 traces', ['/v1/agent-graph']],
  ];
};

const timeOne = async (url) => {
  const startedAt = performance.now();
  await get(url);
  return performance.now() - startedAt;
};

/** Reads every path in turn, ten traces by id, round after round while `goOn(round)`. Resolves to milliseconds by name. */
const timeAll = async (http, paths, goOn) => {
  const millis = new Map([...paths.keys()].map((name) => [name, []]));
  for (let round = 0; goOn(round); round += 1)
    for (const [name, variants] of paths) {
      const reads = variants.length === 1 ? 1 : BY_ID_A_ROUND;
      for (let read = 0; read < reads; read += 1)
        millis.get(name).push(await timeOne(`${http}${variants[(round * reads + read) % variants.length]}`));
    }
  return millis;
};

const timeBesideIngest = async (collector, paths, seconds) => {
  let loading = true;
  const load = runLoad(collector, ['-rate', REQUESTS_PER_SECOND_BESIDE, '-d', `${seconds}s`]).finally(() => {
    loading = false;
  });
  const millis = await timeAll(collector.http, paths, (round) => loading || round === 0);
  await load;
  return millis;
};

const readOn = async (dataDir, stored, { seconds, store }) => {
  const bytesPerSpan = round((await diskBytes(dataDir)) / stored, 0);
  const collector = await startCollector(dataDir, store);
  try {
    const paths = new Map([...(await pathsOf(collector.http)), ...(await longPathsOf(collector.http, dataDir))]);
    const idle = await timeAll(collector.http, paths, (round) => round < REPEATS);
    const busy = await timeBesideIngest(collector, paths, seconds);
    const rows = [...paths.keys()].map((name) => ({
      read: name,
      idle_p50_ms: round(percentile(idle.get(name), 0.5)),
      idle_p95_ms: round(percentile(idle.get(name), 0.95)),
      ingest_p50_ms: round(percentile(busy.get(name), 0.5)),
      ingest_p95_ms: round(percentile(busy.get(name), 0.95)),
    }));
    const ready = { spans: stored, ready_ms: round(collector.readyMillis, 0), disk_bytes_per_span: bytesPerSpan };
    return [...rows, { read: 'start', ...ready }];
  } finally {
    await collector.stop();
  }
};

const storedSpans = async (dataDir, { store }) => {
  const collector = await startCollector(dataDir, store);
  try {
    return await storedSpansOf(collector.http);
  } finally {
    await collector.stop();
  }
};

/** Fills a store, starts it anew, and times every kind of read, alone and beside 3,200 spans a second. */
export const measureReads = (options) =>
  withKeptDataDir(options.dataDir, async (dataDir, isFilled) =>
    readOn(dataDir, await (isFilled ? storedSpans : fill)(dataDir, options), options),
  );
