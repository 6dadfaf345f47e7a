import { drained, startCollector } from '../collector-under-test.js';
import { directoryBytes, withDirectory } from '../directories.js';
import { generate } from '../load-generator.js';
import { timed } from '../statistics.js';

const SPANS_PER_REQUEST = 160;
const TIMES = 40;

const listCases = (sample) => {
  const middle = new Date(Date.parse(sample.start_time) - 1000).toISOString();
  return {
    newest: '',
    project: `project=${sample.project}`,
    environment: `environment=${sample.environment}`,
    'environment, none': 'environment=nowhere',
    time: `start_time=${middle}`,
    'status error': 'status=error',
    'status ok': 'status=ok',
    user: `user_id=${sample.metadata.user_id}`,
    session: `session_id=${sample.metadata.session_id}`,
    service: `service=${sample.services[0]}`,
    'tags, none': 'tags=nothing',
    'min duration': 'min_duration_ms=5900',
    'has error': 'has_error=true',
    'no error': 'has_error=false',
    'sort duration': 'sort=duration_ms:desc',
    'sort spans': 'sort=span_count:asc',
    'sort cost': 'sort=total_cost:desc',
    'sort tokens': 'sort=total_tokens:desc',
    'service by duration': `service=${sample.services[0]}&sort=duration_ms:desc`,
    'user and service': `user_id=${sample.metadata.user_id}&service=${sample.services[0]}`,
    'offset 9,900': 'offset=9900',
  };
};

const get = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}`);
  return response.json();
};

const measureLists = async (http, sample, state) => {
  const rows = [];
  for (const [name, search] of Object.entries(listCases(sample))) {
    const { p50, p95 } = await timed(TIMES, () => get(`${http}/v1/traces?${search}`));
    rows.push({ measure: `list ${name}, ${state}`, 'p50 ms': p50, 'p95 ms': p95 });
  }
  return rows;
};

const measureById = async (http, ids, state) => {
  const { p50, p95 } = await timed(200, (run) => get(`${http}/v1/traces/${ids[run % ids.length]}`));
  return { measure: `by id, ${state}`, 'p50 ms': p50, 'p95 ms': p95 };
};

/** Latencies through HTTP, one client, at `spans` stored spans: idle, then during ingest at 20,000 spans/s. */
export const measureReads = ({ spans }) =>
  withDirectory(async (directory) => {
    const first = await startCollector(directory);
    await generate(first.http, ['-n', Math.ceil(spans / SPANS_PER_REQUEST), '-d', '600s', '-c', 8, '-backoff', '20ms']);
    await drained(first.http);
    await first.stop();
    const bytes = await directoryBytes(directory);

    const collector = await startCollector(directory);
    const { traces } = await get(`${collector.http}/v1/traces?limit=1000`);
    const ids = traces.map((trace) => trace.trace_id);
    const sample = traces[500];
    const rows = [
      { measure: `ready with ${String(spans)} spans`, 'p50 ms': Math.round(collector.readyMillis) },
      { measure: 'bytes a span, stopped', 'p50 ms': Math.round(bytes / spans) },
      ...(await measureLists(collector.http, sample, 'idle')),
      await measureById(collector.http, ids, 'idle'),
    ];
    const load = generate(collector.http, ['-d', '25s', '-c', 8, '-rate', 125]);
    rows.push(...(await measureLists(collector.http, sample, 'busy')), await measureById(collector.http, ids, 'busy'));
    await load;
    await collector.stop();
    return rows;
  });
