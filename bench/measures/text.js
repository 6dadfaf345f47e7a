import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { diskBytes } from '../lib/disk-usage.js';
import { get } from '../lib/get.js';
import { runLoad } from '../lib/loadgen.js';
import { machineFactor } from '../lib/machine-factor.js';
import { readMetrics, waitUntilDrained } from '../lib/metrics.js';
import { cpuSeconds, peakRssMib } from '../lib/process-stats.js';
import { percentile, round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

const SPANS_PER_REQUEST = 160;
const SPANS_PER_SECOND = 10_000;
const SAMPLE_MILLIS = 500;
const REPEATS = 20;
const RARE_WORD = 'zyzzyvarare';
/** The generator takes a second or two to begin. */
const LOADS = 5;
const RARE_TRACES_A_LOAD = 8;
const RATE = SPANS_PER_SECOND / SPANS_PER_REQUEST;

const lagOf = (metrics) => metrics.get('noveum_text_lag_seconds') ?? 0;

const waitUntilIndexed = async (http) => {
  for (;;) {
    const metrics = await waitUntilDrained(http);
    if (lagOf(metrics) === 0) return metrics;
    await pause(SAMPLE_MILLIS);
  }
};

/** Samples the lag while `loading`; resolves to the greatest, in seconds. */
const watchLag = async (http, loading) => {
  let isLoading = true;
  const ended = loading.finally(() => {
    isLoading = false;
  });
  let most = 0;
  while (isLoading) {
    most = Math.max(most, lagOf(await readMetrics(http)));
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

const sendRare = (http) =>
  fetch(`${http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      traces: [
        {
          trace_id: randomUUID(),
          name: 'rare',
          start_time: new Date().toISOString(),
          spans: [
            {
              span_id: 'a',
              name: 'chat',
              start_time: new Date().toISOString(),
              attributes: { 'llm.prompt': `what is a ${RARE_WORD} good for` },
            },
          ],
        },
      ],
    }),
  });

/** The word that stands most often in what some traces say. */
const commonWord = async (http) => {
  const { traces } = JSON.parse(
    await get(`${http}/v1/traces?limit=20&name=${encodeURIComponent('invoke_agent support')}&include=spans`),
  );
  const counts = new Map();
  for (const { spans } of traces)
    for (const { attributes } of spans)
      for (const [word] of String(attributes['llm.response'] ?? '').matchAll(/[a-z]{4,}/g))
        counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'weather';
};

const timeQueries = async (http) => {
  const common = await commonWord(http);
  const queries = {
    'rare word': `q=${RARE_WORD}`,
    'common word': `q=${common}`,
    'common word, one project': `q=${common}&project=bench-1`,
    'common word, failed traces': `q=${common}&has_error=true`,
    'a fifth of all traces': 'q=get_weather',
    'two words': `q=${common}+weather`,
    prefix: `q=${common.slice(0, 3)}*`,
    phrase: `q=${encodeURIComponent('"tool timed out"')}`,
    'no trace has it': 'q=nowhereatall',
    substring: `q=${common.slice(1)}&q_mode=substring`,
  };
  const rows = [];
  for (const [name, query] of Object.entries(queries)) {
    const millis = [];
    let found;
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const startedAt = performance.now();
      found = JSON.parse(await get(`${http}/v1/traces?limit=50&${query}`));
      millis.push(performance.now() - startedAt);
    }
    rows.push({
      search: name,
      p50_ms: round(percentile(millis, 0.5)),
      p95_ms: round(percentile(millis, 0.95)),
      traces: found.traces.length,
      total: `${found.pagination.total_relation === 'eq' ? '' : '>= '}${found.pagination.total}`,
    });
  }
  return rows;
};

const measureSearch = ({ spans, store }) =>
  withCollector(store, async (collector) => {
    const requests = Math.ceil(spans / SPANS_PER_REQUEST);
    const step = Math.ceil(requests / LOADS);
    for (let sent = 0; sent < requests; sent += step) {
      await runLoad(collector, ['-n', Math.min(step, requests - sent), '-c', 8, '-d', '1h', '-backoff', '200ms']);
      for (let rare = 0; rare < RARE_TRACES_A_LOAD; rare += 1) await sendRare(collector.http);
    }
    const metrics = await waitUntilIndexed(collector.http);
    const rows = await timeQueries(collector.http);
    return [...rows, { search: 'spans', total: metrics.get('noveum_stored_spans_total') }];
  });

/** What the index of texts costs beside ingest at 10,000 spans a second, how far it lags, and how fast it finds. */
export const measureText = async (options) => {
  const off = await measureIngest('off', options);
  const on = await measureIngest('on', options);
  const more = {
    text: 'on - off',
    cpu_s_per_1k_spans: round(on.cpu_s_per_1k_spans - off.cpu_s_per_1k_spans, 4),
    cpu_at_factor_1: round(on.cpu_at_factor_1 - off.cpu_at_factor_1, 4),
    peak_rss_mib: on.peak_rss_mib - off.peak_rss_mib,
  };
  return [off, on, more, ...(await measureSearch(options))];
};
