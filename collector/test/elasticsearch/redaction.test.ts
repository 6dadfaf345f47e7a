import { MARKERS, PLANTED, SECRETS } from '../redaction/secrets.js';
import { nativeTrace, spansJson } from '../redaction/sent.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { createClusterCollectors, type Json } from './cluster-collector.js';

const MADE = 'ab'.repeat(16);
const TOLD = 'cd'.repeat(16);
const WEIGHED = 'ef'.repeat(16);

describeWithElasticsearch('a collector that redacts, on Elasticsearch', (cluster) => {
  const collectors = createClusterCollectors();
  afterEach(() => collectors.stopAll());
  afterAll(() => {
    collectors.remove();
  });

  test('has no planted secret in any document or answer; a weight that a root says is in the document', async () => {
    const prefix = cluster.freshPrefix();
    const rule = { project: 'shut', patterns: [{ name: 'employee_id', pattern: 'EMP-[0-9]{4}' }] };
    const { ask, until } = await collectors.start({ url: cluster.url(), prefix, more: { redaction: [rule] } });
    const post = async (body: object): Promise<void> => {
      expect((await ask('/v1/traces', { method: 'POST', body })).status).toBe(200);
    };
    await post(spansJson({ project: 'shut', traceId: MADE, text: PLANTED }));
    await post({ traces: [nativeTrace({ project: 'shut', traceId: TOLD, text: PLANTED })] });
    const span = { traceId: WEIGHED, spanId: 'a'.repeat(16), name: 'a', traceState: 'ot=th:c' };
    const times = { startTimeUnixNano: '1795176000000000000', endTimeUnixNano: '1795176000000000000' };
    await post({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...times }] }] }] });

    await until('/v1/traces', (json) => (json['pagination'] as Json | undefined)?.['total'] === 3);
    const paths = [MADE, TOLD].map((id) => `/v1/traces/${id}`);
    const answers = await Promise.all(
      [...paths, '/v1/traces?include=spans', '/v1/traces?q=zebra'].map((path) => ask(path)),
    );
    const stored = await cluster.client().search({ index: `${prefix}*`, size: 100 });
    const texts = [...answers.map(({ json }) => json), stored.hits.hits].map((json) => JSON.stringify(json));
    expect(stored.hits.hits.length).toBeGreaterThanOrEqual(3);
    expect(MARKERS.filter((marker) => texts.some((text) => text.includes(marker)))).toEqual([]);
    expect(texts[0]).toContain('[EMPLOYEE_ID]');
    expect(texts[0]).not.toContain(SECRETS.email);

    const { json } = await ask(`/v1/traces/${WEIGHED}`);
    expect(json).toMatchObject({ trace: { sample_weight: 4 } });
  });
});
