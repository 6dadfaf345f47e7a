import { round } from '../lib/statistics.js';
import { measureLoad } from './ingest.js';

const PLAIN = 'plain';
/** What roots say beside the load's own attributes. */
const SAID = {
  [PLAIN]: [],
  weight: ['noveum.sample_weight=4'],
  metadata: ['noveum.metadata.plan=pro', 'noveum.metadata.seat=7'],
};
const REPEATS = 2;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

/** What it costs that roots say a weight or metadata, as a ratio to the same load without; turn about. */
export const measureRoots = async (options) => {
  const rows = [];
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const [name, said] of Object.entries(SAID)) {
      const flags = ['-shape', 'llm', '-traces', 20, ...said.flatMap((one) => ['-root', one])];
      rows.push(await measureLoad(name, flags, options));
    }
  const cpuOf = (name) => median(rows.filter(({ load }) => load === name).map((row) => row.cpu_s_per_1k_spans));
  return Object.keys(SAID).map((name) => ({
    load: name,
    cpu_s_per_1k_spans: cpuOf(name),
    to_plain: round(cpuOf(name) / cpuOf(PLAIN), 2),
    stored_spans_per_s: median(rows.filter(({ load }) => load === name).map((row) => row.stored_spans_per_s)),
  }));
};
