import { context, propagation, trace } from '@opentelemetry/api';

import { init, type NoveumClient, SDK_VERSION } from '../../src/index.js';
import { type RunningCollector, startCollector } from '../support/collector.js';
import { WAYS } from './ways.js';

interface SpanDocument {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly type: string;
}
type Trace = Readonly<Record<string, unknown>> & {
  readonly trace_id: string;
  readonly sdk: unknown;
  readonly spans: readonly SpanDocument[];
};

/** Each wire form has a collector of its own; every span goes out by all of them, with the same ids and times. */
const WIRES = ['native JSON', 'OTLP protobuf', 'OTLP/JSON'] as const;
let collectors: readonly RunningCollector[] = [];
let client: NoveumClient;

beforeAll(async () => {
  collectors = await Promise.all(WIRES.map(() => startCollector()));
  const [native, protobuf, json] = collectors.map(({ http }) => http) as [string, string, string];
  client = init({
    project: 'shop',
    environment: 'test',
    serviceName: 'till',
    serviceVersion: '1.2.3',
    resourceAttributes: { team: 'köln' },
    captureContent: true,
    exporters: [
      { type: 'noveum', endpoint: native },
      { type: 'otlp', endpoint: protobuf },
      { type: 'otlp', endpoint: json, protocol: 'http/json' },
    ],
  });
});

afterAll(async () => {
  await client.shutdown();
  await Promise.all(collectors.map((each) => each.stop()));
  for (const api of [trace, context, propagation]) api.disable();
});

const seen = new Set<string>();

/** The traces that are new in a collector, as soon as they have as many spans. */
const newTraces = async (collector: RunningCollector, spans: number): Promise<readonly Trace[]> => {
  for (let left = 200; ; left--) {
    const answer = await fetch(`${collector.http}/v1/traces?limit=100`);
    const { traces } = (await answer.json()) as {
      readonly traces: readonly { readonly trace_id: string; readonly span_count: number }[];
    };
    const found = traces.filter(({ trace_id: id }) => !seen.has(id));
    if (found.reduce((sum, { span_count: count }) => sum + count, 0) >= spans)
      return Promise.all(
        found.map(({ trace_id: id, span_count: count }) => collector.trace(id, count) as Promise<Trace>),
      );
    if (left === 0) throw new Error(`not ${spans} spans but ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const withoutTimesOfTaking = ({ ingested_at: _i, processed_at: _p, ...rest }: Trace): object => rest;

const shapeOf = ({ spans }: Trace): readonly string[] =>
  spans.map(({ name, parent_span_id: parent, type }) => {
    const above = spans.find(({ span_id: id }) => id === parent);
    return `${above === undefined ? '' : `${above.name} > `}${name}: ${type}`;
  });

test.each(WAYS)('$name: the same document over every wire form', async ({ metadata, run, spans }) => {
  await run();
  expect(await client.flush(30_000)).toBe(true);
  const [native = [], protobuf = [], json = []] = await Promise.all(
    collectors.map((collector) => newTraces(collector, spans.length)),
  );
  for (const { trace_id: id } of native) seen.add(id);
  const byId = (traces: readonly Trace[]): object[] =>
    [...traces].sort((a, b) => (a.trace_id < b.trace_id ? -1 : 1)).map(withoutTimesOfTaking);
  expect(native.flatMap(shapeOf).sort()).toEqual([...spans].sort());
  expect(native.map(({ sdk }) => sdk)).toEqual(native.map(() => ({ name: 'noveum-trace', version: SDK_VERSION })));
  if (metadata !== undefined) expect(native[0]?.['metadata']).toMatchObject(metadata);
  expect(byId(protobuf)).toEqual(byId(native));
  expect(byId(json)).toEqual(byId(native));
});
