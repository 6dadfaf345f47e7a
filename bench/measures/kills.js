import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { readAcked, traceIdsOf } from '../lib/acked.js';
import { startCollector } from '../lib/collector.js';
import { makeSeen } from '../lib/elasticsearch.js';
import { runLoad } from '../lib/loadgen.js';
import { patienceFor, readMetrics, waitUntilDrained } from '../lib/metrics.js';
import { pollUntil } from '../lib/poll.js';
import { withDataDir } from '../lib/with-collector.js';

const SPANS_PER_TRACE = 8;
const SAMPLED_TRACES = 500;
const LAST_REQUESTS = 10;
const READERS = 8;
const PAGE = 1_000;

/** A kill at a random moment of the load; resolves to what the load saw acknowledged. */
const loadAndKill = async (dataDir, store, log) => {
  const collector = await startCollector(dataDir, store);
  const load = runLoad(collector, ['-c', 8, '-d', '60s', '-templates', 4, '-acklog', log, '-stop-on-conn-error']);
  const accepted = async () => (await readMetrics(collector.http)).get('noveum_spans_accepted_total') ?? 0;
  await pollUntil(accepted, (spans) => spans > 0, { everyMillis: 20, what: 'the first acknowledgement' });
  await pause(200 + Math.random() * 1_500);
  await collector.kill();
  await load;
  return readAcked(log);
};

const readTrace = async (http, traceId) => {
  const response = await fetch(`${http}/v1/traces/${traceId}`);
  const body = await response.json();
  return response.status === 200 ? (body.trace ?? body.data ?? body) : null;
};

const pickSample = (acked) => {
  const last = acked.slice(-LAST_REQUESTS).flatMap(traceIdsOf);
  const all = acked.flatMap(traceIdsOf);
  const others = Array.from({ length: SAMPLED_TRACES }, () => all[Math.floor(Math.random() * all.length)]);
  return [...new Set([...last, ...others])].slice(0, SAMPLED_TRACES);
};

/** Reads sampled traces whole: which of them lack spans, which have some twice. */
const checkSample = async (http, ids) => {
  const found = { missing: 0, doubled: 0 };
  const left = [...ids];
  const read = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const trace = await readTrace(http, id);
      const spans = trace?.spans ?? [];
      const distinct = new Set(spans.map((span) => span.span_id)).size;
      if (distinct < SPANS_PER_TRACE) found.missing += 1;
      if (spans.length > distinct || (trace?.span_count ?? 0) > SPANS_PER_TRACE) found.doubled += 1;
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return found;
};

/** Walks the whole list: every id that it shows, how often, and with how many spans. */
const listAll = async (http) => {
  const seen = new Map();
  let total = 0;
  for (let cursor = ''; cursor !== undefined;) {
    const page = await (await fetch(`${http}/v1/traces?count=exact&limit=${PAGE}${cursor}`)).json();
    total = page.total ?? page.pagination?.total ?? total;
    for (const trace of page.traces) seen.set(trace.trace_id, [...(seen.get(trace.trace_id) ?? []), trace.span_count]);
    const next = page.next_cursor ?? page.pagination?.next_cursor;
    cursor = next ? `&cursor=${encodeURIComponent(next)}` : undefined;
  }
  return { seen, total };
};

const checkList = ({ seen, total }, ids) => ({
  missing: ids.filter((id) => !seen.get(id)?.every((spans) => spans >= SPANS_PER_TRACE)).length,
  doubled: [...seen.values()].filter((counts) => counts.length > 1 || counts[0] > SPANS_PER_TRACE).length,
  partial: [...seen.values()].filter((counts) => counts.some((spans) => spans < SPANS_PER_TRACE)).length,
  total,
});

const checkAfterRestart = async (dataDir, store, acked) => {
  const collector = await startCollector(dataDir, store);
  try {
    const ids = acked.flatMap(traceIdsOf);
    await waitUntilDrained(collector.http, patienceFor(ids.length * SPANS_PER_TRACE));
    await makeSeen(dataDir);
    const sample = await checkSample(collector.http, pickSample(acked));
    const list = checkList(await listAll(collector.http), ids);
    return {
      acked_traces: ids.length,
      listed_traces: list.total,
      not_acked_but_durable: list.total - ids.length,
      missing: Math.max(sample.missing, list.missing),
      doubled: Math.max(sample.doubled, list.doubled),
      partial: list.partial,
      ready_ms: Math.round(collector.readyMillis),
    };
  } finally {
    await collector.stop();
  }
};

/** Kills the collector in the midst of a load, starts it again on the same data, and looks for everything acknowledged. */
export const measureKills = async ({ kills, store }) => {
  const rows = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const row = await withDataDir(async (dataDir, home) => {
      const log = join(home, 'acked.log');
      const acked = await loadAndKill(dataDir, store, log);
      await rm(log, { force: true });
      return checkAfterRestart(dataDir, store, acked);
    });
    rows.push({ kill, ...row });
  }
  return rows;
};
