import { setTimeout as pause } from 'node:timers/promises';

import { diskBytes } from '../lib/disk-usage.js';
import { runLoad } from '../lib/loadgen.js';
import { machineFactor } from '../lib/machine-factor.js';
import { readMetrics, textLagOf, waitUntilIndexed } from '../lib/metrics.js';
import { cpuSeconds, peakRssMib } from '../lib/process-stats.js';
import { round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

const SPANS_PER_REQUEST = 160;
const SPANS_PER_SECOND = 10_000;
const SAMPLE_MILLIS = 500;
const RATE = SPANS_PER_SECOND / SPANS_PER_REQUEST;

/** Samples the lag while `loading`; resolves to the greatest, in seconds. */
const watchLag = async (http, loading) => {
  let isLoading = true;
  const ended = loading.finally(() => {
    isLoading = false;
  });
  let most = 0;
  while (isLoading) {
    most = Math.max(most, textLagOf(await readMetrics(http)));
    await pause(SAMPLE_MILLIS);
  }
  await ended;
  return most;
};

const measureIngest = (text, { seconds, store }) =>
  withCollector(
    store,
    async (collector) => {
      const factorBefore = await machineFactor();
      const cpuBefore = await cpuSeconds(collector.pid);
      const lag = await watchLag(collector.http, runLoad(collector, ['-rate', RATE, '-c', 8, '-d', `${seconds}s`]));
      const startedAt = performance.now();
      const metrics = await waitUntilIndexed(collector.http);
      const cpu = (await cpuSeconds(collector.pid)) - cpuBefore;
      const factor = (factorBefore + (await machineFactor())) / 2;
      const stored = metrics.get('noveum_stored_spans_total') ?? 0;
      return {
        text,
        stored_spans: stored,
        cpu_s_per_1k_spans: round((cpu / stored) * 1_000, 4),
        machine_factor: round(factor, 2),
        cpu_at_factor_1: round(((cpu / stored) * 1_000) / factor, 4),
        max_lag_s: round(lag, 1),
        caught_up_s: round((performance.now() - startedAt) / 1_000, 1),
        peak_rss_mib: round(await peakRssMib(collector.pid), 0),
        disk_bytes_per_span: round((await diskBytes(collector.dataDir)) / stored, 0),
      };
    },
    ['--text', text],
  );

/** What the index of texts costs beside ingest at 10,000 spans a second, how far it lags. */
export const measureText = async (options) => {
  const off = await measureIngest('off', options);
  const on = await measureIngest('on', options);
  const more = {
    text: 'on - off',
    cpu_s_per_1k_spans: round(on.cpu_s_per_1k_spans - off.cpu_s_per_1k_spans, 4),
    cpu_at_factor_1: round(on.cpu_at_factor_1 - off.cpu_at_factor_1, 4),
    peak_rss_mib: on.peak_rss_mib - off.peak_rss_mib,
  };
  return [off, on, more];
};
