import http from 'node:http';

import { makeSeen } from '../lib/elasticsearch.js';
import { runLoad } from '../lib/loadgen.js';
import { waitUntilDrained } from '../lib/metrics.js';
import { cpuSeconds, peakRssMib } from '../lib/process-stats.js';
import { round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

const SPANS_PER_REQUEST = 160;
/** Whole traces take their time; tables of more say no more. */
const MOST_SPANS = 200_000;
const FORMATS = ['jsonl', 'otlp', 'csv', 'parquet'];
const MIB = 2 ** 20;

/** The bytes of an answer's body, none of it kept. Throws where it breaks off. */
const bytesOf = (url) =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(bytes);
        else reject(new Error(`${url} was answered ${response.statusCode}`));
      });
    });
    request.once('error', reject);
  });

const measureFormat = async (collector, format, traces) => {
  const [cpuBefore, startedAt] = [await cpuSeconds(collector.pid), performance.now()];
  const bytes = await bytesOf(`${collector.http}/v1/traces/export?format=${format}`);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (await cpuSeconds(collector.pid)) - cpuBefore;
  return {
    export: format,
    traces,
    mib: round(bytes / MIB, 1),
    traces_per_s: round(traces / seconds, 0),
    mib_per_s: round(bytes / MIB / seconds, 1),
    cpu_s_per_1000_traces: round((cpu / traces) * 1000, 3),
    peak_rss_mib: round(await peakRssMib(collector.pid), 0),
  };
};

/** Exports everything in each format, one after the other, to a client that only counts bytes. */
export const measureExport = ({ spans, store }) =>
  withCollector(store, async (collector) => {
    const requests = Math.ceil(Math.min(spans, MOST_SPANS) / SPANS_PER_REQUEST);
    await runLoad(collector, ['-n', requests, '-d', '1h', '-backoff', '200ms']);
    await waitUntilDrained(collector.http);
    await makeSeen(collector.dataDir);
    const { pagination } = await (await fetch(`${collector.http}/v1/traces?limit=1&count=exact`)).json();
    const rows = [];
    for (const format of FORMATS) rows.push(await measureFormat(collector, format, pagination.total));
    return rows;
  });
