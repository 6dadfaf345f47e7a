import { startCollector } from '../lib/collector.js';
import { openGate } from '../lib/gate.js';
import { refusedOf, runLoad } from '../lib/loadgen.js';
import { machineFactor } from '../lib/machine-factor.js';
import { patienceFor, readMetrics, waitUntilDrained } from '../lib/metrics.js';
import { cpuSeconds, peakRssMib } from '../lib/process-stats.js';
import { round } from '../lib/statistics.js';
import { withDataDir } from '../lib/with-collector.js';

const CONNECTIONS = 8;
const REQUESTS_BEFORE = 50;
const MIB = 1024 * 1024;

const measure = async (collector, gate, seconds) => {
  const before = await runLoad(collector, ['-n', REQUESTS_BEFORE, '-c', CONNECTIONS, '-d', '1h']);
  await waitUntilDrained(collector.http);
  const rssBefore = await peakRssMib(collector.pid);
  gate.shut();
  const load = await runLoad(collector, ['-c', CONNECTIONS, '-d', `${seconds}s`]);
  const rssAway = await peakRssMib(collector.pid);
  const away = await readMetrics(collector.http);
  const factor = await machineFactor();
  const cpuBefore = await cpuSeconds(collector.pid);
  gate.open();
  const openedAt = performance.now();
  const metrics = await waitUntilDrained(collector.http, patienceFor(load.acked_spans));
  const catchUpSeconds = (performance.now() - openedAt) / 1_000;
  const cpu = (await cpuSeconds(collector.pid)) - cpuBefore;
  const left = load.acked_spans - ((away.get('noveum_stored_spans_total') ?? 0) - before.acked_spans);
  return {
    away_s: seconds,
    acked_spans_per_s: load.spans_per_s,
    acked: load.acked_spans,
    refused: refusedOf(load),
    journal_mib: round((away.get('noveum_drain_lag_bytes') ?? 0) / MIB, 0),
    peak_rss_before_mib: round(rssBefore, 0),
    peak_rss_away_mib: round(rssAway, 0),
    peak_rss_after_mib: round(await peakRssMib(collector.pid), 0),
    catch_up_s: round(catchUpSeconds),
    catch_up_spans_per_s: round(left / catchUpSeconds, 0),
    catch_up_cpu_at_factor_1: round(((cpu / left) * 1_000) / factor, 4),
    missing: before.acked_spans + load.acked_spans - (metrics.get('noveum_stored_spans_total') ?? 0),
  };
};

/** A cluster that is away while a load is received as fast as it is acknowledged, and then comes back. */
export const measureAway = async ({ seconds, store }) => {
  const gate = await openGate(process.env.ELASTICSEARCH_URL);
  try {
    return await withDataDir(async (dataDir) => {
      const collector = await startCollector(dataDir, store, [], { ELASTICSEARCH_URL: gate.url });
      try {
        return [await measure(collector, gate, seconds)];
      } finally {
        await collector.stop();
      }
    });
  } finally {
    gate.end();
  }
};
