import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { spanMessages, type TraceDocument } from 'noveum-proto';

import {
  expectSpan,
  expectTrace,
  type ExpectedTrace,
  MODEL,
  text,
  TRACES,
} from '../../../proto/test/expected-traces.js';
import { readUntilThere, untilItHolds } from '../clients/read-trace.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const FIXTURES = new URL('../../../proto/test/fixtures/', import.meta.url);
const fixture = (path: string): Buffer => readFileSync(new URL(path, FIXTURES));

type Encoding = 'protobuf' | 'json';

interface Body {
  readonly type: string;
  readonly extension: string;
  /** A trace id as the body's bytes hold it. */
  readonly idIn: (traceId: string) => string;
}

const BODIES: Readonly<Record<Encoding, Body>> = {
  protobuf: {
    type: 'application/x-protobuf',
    extension: 'pb',
    idIn: (traceId) => Buffer.from(traceId, 'hex').toString('latin1'),
  },
  json: { type: 'application/json', extension: 'json', idIn: (traceId) => traceId },
};

const LOGGED = 'openai_v2_default';

const MEMBERS = [
  'trace_id',
  'trace_key',
  'name',
  'start_time',
  'start_unix_nano',
  'end_time',
  'duration_ms',
  'status',
  'span_count',
  'error_count',
  'has_error',
  'project',
  'environment',
  'attributes',
  'metadata',
  'services',
  'models',
  'providers',
  'span_types',
  'error_types',
  'incomplete',
  'ingested_at',
] as const satisfies readonly (keyof TraceDocument)[];

const shown = (trace: Omit<TraceDocument, 'spans'>) =>
  Object.fromEntries(MEMBERS.map((member) => [member, trace[member]]));

describe.each<Encoding>(['protobuf', 'json'])('the captures of instrumentations, sent as OTLP %s', (encoding) => {
  let collector: CollectorProcess;
  beforeAll(async () => {
    collector = await startCollectorProcess();
  });
  afterAll(() => collector.stop());

  /** Under another trace id where one is given. */
  const send = async (
    route: 'traces' | 'logs',
    name: string,
    renamed?: { readonly from: string; readonly to: string },
  ): Promise<void> => {
    const { extension, idIn, type } = BODIES[encoding];
    let body = fixture(`otlp/${name}.${extension}`).toString('latin1');
    if (renamed !== undefined) body = body.replaceAll(idIn(renamed.from), idIn(renamed.to));
    const response = await fetch(`${collector.http}/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: Buffer.from(body, 'latin1'),
    });
    expect([name, response.status]).toEqual([name, 200]);
  };

  const whole = async (traceId: string): Promise<TraceDocument> =>
    (await readUntilThere<{ trace: TraceDocument }>(`${collector.http}/v1/traces/${traceId}`)).trace;

  const listed = async (traceId: string): Promise<TraceDocument | undefined> => {
    const { traces } = await readUntilThere<{ traces: TraceDocument[] }>(`${collector.http}/v1/traces?limit=1000`);
    return traces.find(({ trace_id }) => trace_id === traceId);
  };

  const expectRead = (traceId: string, expected: ExpectedTrace): Promise<void> =>
    untilItHolds(async () => {
      const entry = await listed(traceId);
      if (entry === undefined) throw new Error('the trace is not in the list');
      const document = await whole(traceId);
      expected.spans.forEach((span, at) => {
        expectSpan(document.spans[at], span);
      });
      expectTrace(document, expected);
      expectTrace(entry, expected);
      expect(shown(entry)).toEqual(shown(document));
    });

  test.each(TRACES)('$fixture is read span by span, and its list entry says the same', async (expected) => {
    const { fixture, traceId } = expected;
    if (fixture === LOGGED) await send('logs', `${fixture}.logs`);
    await send('traces', fixture);
    await expectRead(traceId, expected);
    // Once more, and the calls count once still.
    await send('traces', fixture);
    await expectRead(traceId, expected);
  });

  test.each([
    ['after', ['traces', 'logs']],
    ['before, between and after', ['logs', 'traces', 'logs']],
  ] as const)('logs that come %s the spans they speak of say the same', async (order, routes) => {
    const [expected] = TRACES.filter(({ fixture }) => fixture === LOGGED);
    if (expected === undefined) throw new Error('it is expected');
    const traceId = createHash('md5').update(order).digest('hex');
    for (const route of routes)
      await send(route, route === 'logs' ? `${LOGGED}.logs` : LOGGED, { from: expected.traceId, to: traceId });
    await expectRead(traceId, expected);
  });
});

test('what the native SDK sent is read back with all that it left out', async () => {
  const collector = await startCollectorProcess();
  try {
    const [request] = JSON.parse(fixture('native/noveum_trace_py_1.5.28.requests.json').toString()) as [
      { json: { traces: [{ trace_id: string }] } },
    ];
    for (const route of ['/api/v1/traces', '/v1/traces']) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(request.json);
      const response = await fetch(`${collector.http}${route}`, { method: 'POST', headers, body });
      expect(response.status).toBe(200);
    }
    const { trace_id: traceId } = request.json.traces[0];
    const { trace } = await readUntilThere<{ trace: TraceDocument }>(`${collector.http}/v1/traces/${traceId}`);
    const [entry] = (await readUntilThere<{ traces: TraceDocument[] }>(`${collector.http}/v1/traces`)).traces;
    expect(entry && shown(entry)).toEqual(shown(trace));
    expect(trace).toMatchObject({
      project: 'probe',
      span_count: 4,
      error_count: 1,
      models: [MODEL],
      providers: ['openai'],
      span_types: ['agent', 'llm', 'span'],
      attributes: { total_tokens: 15, total_input_tokens: 10, total_output_tokens: 5, total_cost: 4.5e-6 },
    });
    expect(trace.spans.map(({ type }) => type)).toEqual(['span', 'llm', 'agent', 'span']);
    expect(trace.spans[1] && spanMessages(trace.spans[1])).toMatchObject({
      input: [{ role: 'user', parts: [text('hi')] }],
      output: [{ role: 'assistant', parts: [text('hello')] }],
    });
    expect(trace.spans[3]).toMatchObject({ status: 'error', exception: { type: 'ValueError' } });
  } finally {
    await collector.stop();
  }
});
