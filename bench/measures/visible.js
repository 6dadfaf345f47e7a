import { setTimeout as pause } from 'node:timers/promises';

import { refusedOf, runLoad } from '../lib/loadgen.js';
import { pollUntil } from '../lib/poll.js';
import { sendProbe } from '../lib/probe.js';
import { percentile, round } from '../lib/statistics.js';
import { withCollector } from '../lib/with-collector.js';

/** What one node on the machine of the reference stores as fast as it comes: behind a backlog the backlog would be measured. */
const SPANS_PER_SECOND = { embedded: 20_000, elasticsearch: 1_600 };
const SPANS_PER_REQUEST = 160;
const BETWEEN_PROBES_MILLIS = 100;

const isVisible = async (http, traceId) => {
  const response = await fetch(`${http}/v1/traces/${traceId}`);
  await response.arrayBuffer();
  return response.status === 200;
};

const millisUntilVisible = async (http) => {
  const traceId = await sendProbe(http);
  if (traceId === null) return null;
  const ackedAt = performance.now();
  await pollUntil(() => isVisible(http, traceId), Boolean, { everyMillis: 5, what: 'an acknowledged trace' });
  return performance.now() - ackedAt;
};

/** Probes are sent beside a load that the store keeps up with, and asked for by id from their acknowledgement on. */
export const measureVisible = ({ seconds, store }) =>
  withCollector(store, async (collector) => {
    const rate = SPANS_PER_SECOND[store] / SPANS_PER_REQUEST;
    let loading = true;
    const load = runLoad(collector, ['-rate', rate, '-c', 16, '-d', `${seconds}s`]).finally(() => {
      loading = false;
    });
    const waits = [];
    let refusedProbes = 0;
    while (loading) {
      const millis = await millisUntilVisible(collector.http);
      if (millis === null) refusedProbes += 1;
      else waits.push(millis);
      await pause(BETWEEN_PROBES_MILLIS);
    }
    const report = await load;
    return [
      {
        spans_per_s: report.spans_per_s,
        probes: waits.length,
        visible_p50_ms: round(percentile(waits, 0.5)),
        visible_p95_ms: round(percentile(waits, 0.95)),
        visible_max_ms: round(percentile(waits, 1)),
        refused_probes: refusedProbes,
        refused: refusedOf(report),
      },
    ];
  });
