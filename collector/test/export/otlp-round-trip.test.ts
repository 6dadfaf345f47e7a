import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { spansOf, until } from '../forward/two-collectors.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const TRACE = '5b8efff798038103d269b633813fc60c';
const OTHER_TRACE = '6b8efff798038103d269b633813fc60c';
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** Every field of OTLP's spans that means something, and every kind of value. */
const SPAN = {
  traceId: TRACE,
  spanId: 'eee19b7ec3c1b174',
  traceState: 'a=1',
  name: 'chat gpt-4o',
  kind: 3,
  startTimeUnixNano: '1763636400123456789',
  endTimeUnixNano: '1763636401123456789',
  attributes: [
    text('gen_ai.request.model', 'gpt-4o'),
    { key: 'gen_ai.usage.input_tokens', value: { intValue: '10' } },
    { key: 'large', value: { intValue: '9007199254740993' } },
    { key: 'whole', value: { doubleValue: 1 } },
    { key: 'part', value: { doubleValue: 0.5 } },
    { key: 'yes', value: { boolValue: true } },
    { key: 'bytes', value: { bytesValue: 'AAEC' } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
    { key: 'map', value: { kvlistValue: { values: [text('inner', 'x\n"y"')] } } },
  ],
  droppedAttributesCount: 1,
  events: [
    {
      timeUnixNano: '1763636400200000000',
      name: 'first token',
      attributes: [text('k', 'v')],
      droppedAttributesCount: 2,
    },
  ],
  droppedEventsCount: 3,
  links: [
    { traceId: OTHER_TRACE, spanId: 'aaa19b7ec3c1b174', traceState: 'b=2', attributes: [text('k', 'v')], flags: 1 },
  ],
  droppedLinksCount: 4,
  status: { code: 2, message: 'it broke' },
  flags: 257,
};
const CHILD = {
  traceId: TRACE,
  spanId: 'fff19b7ec3c1b174',
  parentSpanId: SPAN.spanId,
  name: 'other service',
  kind: 2,
  startTimeUnixNano: '1763636400300000000',
  endTimeUnixNano: '0',
  attributes: [],
  events: [],
  links: [],
  status: { code: 0 },
};
const SENT = [
  {
    resource: { attributes: [text('service.name', 'shop')], droppedAttributesCount: 5 },
    schemaUrl: 'https://opentelemetry.io/schemas/1.37.0',
    scopeSpans: [
      {
        scope: { name: 'lib', version: '1.0', attributes: [text('team', 'search')] },
        schemaUrl: 'https://opentelemetry.io/schemas/1.36.0',
        spans: [SPAN],
      },
    ],
  },
  {
    resource: { attributes: [text('service.name', 'bank')] },
    scopeSpans: [{ scope: { name: 'other' }, spans: [CHILD] }],
  },
];
const OTHER = {
  resource: { attributes: [text('service.name', 'shop')] },
  scopeSpans: [{ scope: { name: 'lib' }, spans: [{ ...CHILD, traceId: OTHER_TRACE, parentSpanId: undefined }] }],
};

interface Line {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { traceId: string }[] }[];
  }[];
}

const traceIdOf = ({ resourceSpans: [first] }: Line): string => first?.scopeSpans[0]?.spans[0]?.traceId ?? '';

const linesOf = async ({ http }: CollectorProcess): Promise<string[]> => {
  const response = await fetch(`${http}/v1/traces/export?format=otlp&sort=span_count`);
  return (await response.text()).trimEnd().split('\n');
};

const post = async ({ http }: CollectorProcess, body: string): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${http}/v1/traces`, { method: 'POST', headers, body });
  expect([response.status, await response.json()]).toEqual([200, { partialSuccess: {} }]);
};

const bothTraces = (collector: CollectorProcess) =>
  until(
    () => spansOf(collector.http),
    (spans) => spans[TRACE] === 2 && spans[OTHER_TRACE] === 1,
  );

let directory: string;
let collectors: CollectorProcess[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-export-'));
  collectors = await Promise.all(['a', 'b'].map((name) => startCollectorProcess({ dataDir: join(directory, name) })));
});
afterEach(async () => {
  await Promise.all(collectors.map((collector) => collector.stop()));
  await rm(directory, { recursive: true, force: true });
});

test('OTLP that is exported is what was sent, a trace a line, and another collector takes it as it is', async () => {
  const [first, second] = collectors as [CollectorProcess, CollectorProcess];
  await post(first, JSON.stringify({ resourceSpans: [...SENT, OTHER] }));
  await bothTraces(first);
  const lines = await linesOf(first);
  const parsed = lines.map((line) => JSON.parse(line) as Line);
  expect(parsed.map(traceIdOf)).toEqual([TRACE, OTHER_TRACE]);
  expect(parsed[0]?.resourceSpans).toEqual(SENT);
  for (const line of lines) await post(second, line);
  await bothTraces(second);
  expect(await linesOf(second)).toEqual(lines);
});
