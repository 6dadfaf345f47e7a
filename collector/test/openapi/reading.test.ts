import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { type ApiOptions, createApi } from '../../src/api/index.js';
import { createAnalyticsAnswers } from '../../src/query/index.js';
import type { StoreAnalytics, TraceReader } from '../../src/store/index.js';
import { TraceTooLarge } from '../../src/store/trace-store.js';
import { followEvents } from '../api/event-client.js';
import { apiOptions } from '../api/running-api.js';
import { type Described, described, type ParameterObject, problemsOf } from './described.js';
import { type Answer, ask, type DescribedServer, startDescribedServer } from './described-server.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SUITE_MILLIS = 240_000;
const SEEN_WITHIN_MILLIS = 20_000;

/** Of what reads and what erases, with a key. */
const reading = described.filter(({ operation }) => ['read', 'admin'].includes(operation['x-role'] ?? ''));
/** Scrapers and probes may add what they like. */
const strict = reading.filter(({ path }) => path !== '/metrics');
const label = ({ method, path }: Described): string => `${method} ${path}`;
const rowsOf = (operations: readonly Described[]): [string, Described][] => operations.map((one) => [label(one), one]);

const queriesOf = ({ operation }: Described): readonly ParameterObject[] =>
  operation.parameters.filter((parameter) => parameter.in === 'query');

let server: DescribedServer;
/** What each operation was seen to refuse with, by its label. */
const produced = new Map<string, Set<string>>(reading.map((one) => [label(one), new Set()]));

const span = (number: number, parent: string | null, attributes: Readonly<Record<string, string>>) => ({
  traceId: TRACE_ID,
  spanId: `00f067aa0ba902b${String(number)}`,
  ...(parent === null ? {} : { parentSpanId: parent }),
  name: parent === null ? 'POST /chat' : 'chat gpt-4o',
  kind: 3,
  startTimeUnixNano: '1795176000000000000',
  endTimeUnixNano: '1795176001250000000',
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
});

const TRACES = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      scopeSpans: [
        {
          spans: [
            span(7, null, { 'user.id': 'ada', 'session.id': 's-1', 'deployment.environment.name': 'prod' }),
            {
              ...span(8, '00f067aa0ba902b7', {
                'gen_ai.operation.name': 'chat',
                'gen_ai.provider.name': 'openai',
                'gen_ai.request.model': 'gpt-4o',
                'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"a word"}]}]',
              }),
            },
          ],
        },
      ],
    },
  ],
};

const ERASED_ID = 'erased';

/** Values of what stands in a path, by name; by method and path where one name means different things. */
const places: Record<string, string> = {
  id: TRACE_ID,
  span_id: '00f067aa0ba902b8',
};

/** What an operation can't do without. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'delete /v1/traces': { dry_run: 'true', project: 'shop' },
  'delete /api/v1/traces': { dry_run: 'true', project: 'shop' },
};

const addressOf = (one: Described, changed: Readonly<Record<string, string>> = {}): string => {
  const known = { ...places, ...changed };
  return one.path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => known[`${label(one)} ${name}`] ?? known[name] ?? 'none',
  );
};

interface Request {
  readonly query?: Readonly<Record<string, string>>;
  readonly key?: string | null;
  readonly places?: Readonly<Record<string, string>>;
}

const request = (one: Described, options: Request = {}): Promise<Answer> => {
  const { query = {}, key = one.operation['x-role'] === 'admin' ? server.keys.admin : server.keys.read } = options;
  const search = new URLSearchParams({ ...NEEDED[label(one)], ...query }).toString();
  const headers = key === null ? {} : { 'x-api-key': key };
  const { method } = one;
  return ask(`${server.http}${addressOf(one, options.places)}${search === '' ? '' : `?${search}`}`, {
    method,
    headers,
  });
};

/** The code of a refusal, which is noted. */
const refusalOf = (one: Described, answer: Answer): string => {
  const { code } = (JSON.parse(answer.body.toString()) as { error: { code: string } }).error;
  produced.get(label(one))?.add(code);
  return code;
};

beforeAll(async () => {
  server = await startDescribedServer();
  const headers = { 'x-api-key': server.keys.ingest, 'content-type': 'application/json' };
  await ask(`${server.http}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(TRACES) });
  const deadline = Date.now() + SEEN_WITHIN_MILLIS;
  let status = 0;
  while (status !== 200 && Date.now() < deadline) {
    await pause(50);
    const answer = await ask(`${server.http}/v1/traces/${TRACE_ID}`, { headers: { 'x-api-key': server.keys.read } });
    status = answer.status;
  }
  const doomed = { trace_id: ERASED_ID, name: 'erased', start_time: '2026-11-20T12:00:00Z' };
  await ask(`${server.http}/v1/trace`, { method: 'POST', headers, body: JSON.stringify(doomed) });
  const erased = await ask(`${server.http}/v1/traces/${ERASED_ID}`, {
    method: 'DELETE',
    headers: { 'x-api-key': server.keys.admin },
  });
  const { erasure_id: erasureId } = JSON.parse(erased.body.toString()) as { readonly erasure_id: string };
  for (const prefix of ['/v1', '/api/v1']) {
    places[`get ${prefix}/erasures/{id} id`] = erasureId;
    places[`delete ${prefix}/traces/{id} id`] = ERASED_ID;
    places[`get ${prefix}/sessions/{id} id`] = 's-1';
  }
}, SUITE_MILLIS);
afterAll(() => server.stop());

/** Parameters that are taken beside another only. */
const COMPANIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  formulas: { format: 'csv' },
  q_mode: { q: 'word' },
};

/** Every choice there is, else the example. */
const valuesOf = ({ name, schema, example }: ParameterObject) => {
  const choices = (schema.enum as readonly string[] | undefined) ?? [String(example ?? '')];
  return choices.map((value) => ({ name, value }));
};

describe.each(rowsOf(reading))('%s', (_name, one) => {
  test('answers as described', async () => {
    const answer = await request(one);
    expect([answer.status, problemsOf(one, answer)]).toEqual([200, []]);
  });

  test('takes each parameter that is described', async () => {
    const refused: string[] = [];
    for (const { name, value } of queriesOf(one).flatMap(valuesOf)) {
      const query = { [name]: value, ...COMPANIONS[name] };
      const answer = await request(one, { query });
      const problems = problemsOf(one, answer);
      if (answer.status !== 200 || problems.length > 0)
        refused.push(`${name}=${value} ${String(answer.status)} ${problems.join()}`);
    }
    expect(refused).toEqual([]);
  });

  test('needs a key of the role', async () => {
    for (const [key, code] of [
      [null, 'UNAUTHORIZED'],
      [server.keys.ingest, 'FORBIDDEN'],
    ] as const) {
      const answer = await request(one, { key });
      expect([refusalOf(one, answer), problemsOf(one, answer)]).toEqual([code, []]);
    }
  });
});

/** Values that break a parameter's rule. */
const brokenValues = ({ schema }: ParameterObject): readonly string[] => {
  const { enum: choices } = (schema.items ?? schema) as { readonly enum?: readonly string[] };
  if (choices !== undefined || schema.pattern !== undefined) return ['no-such-choice'];
  switch (schema.type) {
    case 'integer':
      return [
        'x',
        String(Number(schema.minimum) - 1),
        ...(schema.maximum === undefined ? [] : [String(Number(schema.maximum) + 1)]),
      ];
    case 'number':
      return ['x', '0x10'];
    case 'boolean':
      return ['maybe'];
    default:
      return schema.format === 'date-time' ? ['yesterday'] : [];
  }
};

const everyName = new Set(reading.flatMap((one) => queriesOf(one).map(({ name }) => name)).concat('colour'));

describe.each(rowsOf(strict))('%s', (_name, one) => {
  test('refuses parameters that are not described', async () => {
    const known = new Set(queriesOf(one).map(({ name }) => name));
    const taken: string[] = [];
    for (const name of [...everyName].filter((any) => !known.has(any))) {
      const answer = await request(one, { query: { [name]: '1' } });
      if (answer.status !== 400 || problemsOf(one, answer).length > 0) taken.push(name);
      else refusalOf(one, answer);
    }
    expect(taken).toEqual([]);
  });

  test('refuses values that break a rule', async () => {
    const taken: string[] = [];
    for (const parameter of queriesOf(one))
      for (const value of brokenValues(parameter)) {
        const answer = await request(one, { query: { [parameter.name]: value } });
        const told = answer.status === 400 ? answer.body.toString() : '';
        if (!told.includes(`"field":"${parameter.name}"`)) taken.push(`${parameter.name}=${value}`);
      }
    expect(taken).toEqual([]);
  });

  test('says that it has no such thing', async () => {
    if (!one.operation['x-error-codes']?.includes('NOT_FOUND')) return;
    const names = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const asked: readonly Request[] =
      names.length === 0
        ? [{ query: { trace_id: 'unheard-of' } }]
        : names.map((name) => ({ places: { [`${label(one)} ${name}`]: 'unheard-of' } }));
    for (const options of asked) {
      const answer = await request(one, options);
      expect([refusalOf(one, answer), problemsOf(one, answer)]).toEqual(['NOT_FOUND', []]);
    }
  });
});

test('what is followed comes as described', async () => {
  const one = reading.find(({ path }) => path === '/v1/stream') as Described;
  const client = await followEvents(`${server.http}/v1/stream`, { 'x-api-key': server.keys.read });
  const headers = { 'x-api-key': server.keys.ingest, 'content-type': 'application/json' };
  const body = JSON.stringify({ trace_id: 'followed', name: 'followed', start_time: '2026-11-20T12:00:00Z' });
  await ask(`${server.http}/v1/trace`, { method: 'POST', headers, body });
  const event = await client.next();
  client.leave();
  expect(event).toMatchObject({ name: 'trace' });
  const told = Buffer.from(`event: trace\ndata: ${event?.data ?? ''}\n\n`);
  expect(problemsOf(one, { status: 200, contentType: 'text/event-stream', body: told })).toEqual([]);
});

/** An API whose every read fails so. */
const withFault = async <T>(fault: Error, use: (http: string) => Promise<T>): Promise<T> => {
  const failing = () => Promise.reject(fault);
  const broken = new Proxy({}, { get: () => failing });
  const options = await apiOptions({
    reader: broken as TraceReader,
    analytics: createAnalyticsAnswers(broken as StoreAnalytics),
    metrics: failing,
    erasures: broken as ApiOptions['erasures'],
    senders: broken as ApiOptions['senders'],
  });
  const ill = createServer(createApi(options));
  await new Promise<void>((resolve) => {
    ill.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await use(`http://127.0.0.1:${String((ill.address() as AddressInfo).port)}`);
  } finally {
    ill.close();
  }
};

test.each([
  ['STORE_UNAVAILABLE', new Error('a fault of the disk')],
  ['PAYLOAD_TOO_LARGE', new TraceTooLarge('it holds too much')],
])('%s is told where it is described', async (code, fault) => {
  const otherwise = await withFault(fault, async (http) => {
    const other: string[] = [];
    for (const one of reading.filter(({ operation }) => operation['x-error-codes']?.includes(code))) {
      const whole = queriesOf(one).some(({ name }) => name === 'include') ? { include: 'spans' } : {};
      const query = new URLSearchParams({ ...NEEDED[label(one)], ...whole }).toString();
      const answer = await ask(`${http}${addressOf(one)}?${query}`, {
        method: one.method,
        headers: { 'x-api-key': 'admin-key' },
      });
      const problems = problemsOf(one, answer);
      if (problems.length > 0 || refusalOf(one, answer) !== code) other.push(`${label(one)} ${problems.join()}`);
    }
    return other;
  });
  expect(otherwise).toEqual([]);
});

test('each refusal that is described was seen, and no other', () => {
  const seen = reading.map((one) => [label(one), [...(produced.get(label(one)) ?? [])].sort()]);
  const told = reading.map((one) => [label(one), [...(one.operation['x-error-codes'] ?? [])].sort()]);
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(told));
});
