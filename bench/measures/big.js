import { runLoad } from '../lib/loadgen.js';
import { patienceFor, waitUntilDrained } from '../lib/metrics.js';
import { peakRssMib } from '../lib/process-stats.js';
import { round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

// Just below the limit of 16 MiB a body.
const TRACES_PER_REQUEST = 1_500;
const CONNECTIONS = 128;
const REQUESTS = 400;

/** Many senders with the largest bodies at once: what it costs in memory, and what is refused. */
export const measureBig = ({ seconds, store }) =>
  withCollector(store, async (collector) => {
    const flags = ['-traces', TRACES_PER_REQUEST, '-c', CONNECTIONS, '-n', REQUESTS, '-templates', 2];
    const load = await runLoad(collector, [...flags, '-d', `${seconds}s`, '-backoff', '200ms']);
    const metrics = await waitUntilDrained(collector.http, patienceFor(load.acked_spans));
    return [
      {
        body_mib: round(load.body_bytes / 2 ** 20),
        connections: CONNECTIONS,
        acked_mib_per_s: load.mb_per_s,
        peak_rss_mib: round(await peakRssMib(collector.pid), 0),
        loop_max_ms: round((metrics.get('noveum_event_loop_delay_max_seconds') ?? 0) * 1_000),
        p95_ms: load.p95_ms,
        acked: load.acked_spans,
        stored: metrics.get('noveum_stored_spans_total') ?? 0,
        codes: load.codes,
      },
    ];
  });
