import { setTimeout as pause } from 'node:timers/promises';

import { diskBytes } from '../lib/disk-usage.js';
import { refusedOf, runLoad } from '../lib/loadgen.js';
import { machineFactor } from '../lib/machine-factor.js';
import { waitUntilDrained } from '../lib/metrics.js';
import { cpuSeconds, peakRssMib } from '../lib/process-stats.js';
import { round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

// 160 spans a request: 20 traces of 8 spans, or 16 of 10.
const LOADS = {
  'llm raw': ['-shape', 'llm', '-traces', 20],
  'llm gzip': ['-shape', 'llm', '-traces', 20, '-gzip'],
  tiny: ['-shape', 'tiny', '-traces', 16],
};
const CONNECTIONS = 8;
/** What the text index costs is told apart, by the measure `text`. */
const WITHOUT_TEXT = ['--text', 'off'];
/** Two rounds of upkeep: the index's log is given back in idle times. */
const SETTLED_AFTER_MILLIS = 12_000;

export const measureLoad = (name, flags, { seconds, store }) =>
  withCollector(store, (collector) => measure(name, flags, seconds, collector), WITHOUT_TEXT);

const measure = async (name, flags, seconds, collector) => {
  const factorBefore = await machineFactor();
  const cpuBefore = await cpuSeconds(collector.pid);
  const startedAt = performance.now();
  const load = await runLoad(collector, [...flags, '-c', CONNECTIONS, '-d', `${seconds}s`]);
  const metrics = await waitUntilDrained(collector.http);
  // The generator's clock starts after its own preparation, which is no time of the collector's.
  const drainSeconds = Math.max(0, (performance.now() - startedAt) / 1_000 - load.seconds);
  const cpu = (await cpuSeconds(collector.pid)) - cpuBefore;
  const rss = await peakRssMib(collector.pid);
  const factor = (factorBefore + (await machineFactor())) / 2;
  await pause(SETTLED_AFTER_MILLIS);
  const stored = metrics.get('noveum_stored_spans_total') ?? 0;
  return {
    load: name,
    acked_spans_per_s: load.spans_per_s,
    stored_spans_per_s: round(stored / (load.seconds + drainSeconds), 0),
    drain_s: round(drainSeconds),
    p50_ms: load.p50_ms,
    p95_ms: load.p95_ms,
    p99_ms: load.p99_ms,
    cpu_s_per_1k_spans: round((cpu / stored) * 1_000, 4),
    machine_factor: round(factor, 2),
    cpu_at_factor_1: round(((cpu / stored) * 1_000) / factor, 4),
    peak_rss_mib: round(rss, 0),
    loop_max_ms: round((metrics.get('noveum_event_loop_delay_max_seconds') ?? 0) * 1_000),
    disk_bytes_per_span: round((await diskBytes(collector.dataDir)) / stored, 0),
    acked: load.acked_spans,
    stored,
    refused: refusedOf(load),
  };
};

/** Three loads, each as fast as it is acknowledged, on a fresh collector. */
export const measureIngest = async (options) => {
  const rows = [];
  for (const [name, flags] of Object.entries(LOADS)) rows.push(await measureLoad(name, flags, options));
  return rows;
};
