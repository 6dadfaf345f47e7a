import { readFileSync } from 'node:fs';

import type { Fragment } from '../src/document/index.js';
import { encodeTracesJson, parseExact } from '../src/otlp/index.js';
import { referenceLogs, referenceTraces } from './otlp-reference.js';

const LIMITS = { nesting: 64, attributesPerSpan: 1000, spanNameBytes: 4096 };

const fixture = (path: string): Uint8Array => readFileSync(new URL(`fixtures/${path}`, import.meta.url));

export const fragment = (kind: Fragment['kind'], payload: Uint8Array, changes: Partial<Fragment> = {}): Fragment => ({
  kind,
  payload,
  project: 'shop',
  keyEnvironment: null,
  receivedAtMillis: 1000,
  ...changes,
});

/** Messages of OTLP, see otlp-arbitraries.ts. */
export const spansFragment = (message: object, changes: Partial<Fragment> = {}): Fragment =>
  fragment('otlp-spans', referenceTraces.encode(message), changes);

export const logsFragment = (message: object, changes: Partial<Fragment> = {}): Fragment =>
  fragment('otlp-logs', referenceLogs.encode(message), changes);

export const nativeFragment = (trace: object, changes: Partial<Fragment> = {}): Fragment =>
  fragment('native', new TextEncoder().encode(JSON.stringify(trace)), changes);

/** OTLP/JSON as protobuf. */
export const bytesOfOtlpJson = (json: unknown): Uint8Array => {
  const outcome = encodeTracesJson(json, LIMITS);
  if (outcome.status === 'refused' || outcome.refused.length > 0) throw new Error(JSON.stringify(outcome));
  return outcome.bytes;
};

export const fixtureBytes = (name: string): Uint8Array =>
  name === 'otlp_js_json' ? bytesOfOtlpJson(fixtureJson(`otlp/${name}.json`)) : fixture(`otlp/${name}.pb`);

type Message = Record<string, unknown>;

const traceIdOf = ({ traceId }: Message): string => Buffer.from(traceId as Uint8Array).toString('hex');

/** The traces of a fixture by id, each as a message of its own. */
export const fixtureTraces = (name: string): Map<string, Uint8Array> => {
  const request = referenceTraces.decodeToObject(fixtureBytes(name)) as { resourceSpans: Message[] };
  const scopesOf = (resource: Message) => resource.scopeSpans as (Message & { spans: Message[] })[];
  const ids = request.resourceSpans.flatMap(scopesOf).flatMap((scope) => scope.spans.map(traceIdOf));
  const only = (id: string): object => ({
    resourceSpans: request.resourceSpans.map((resource) => ({
      ...resource,
      scopeSpans: scopesOf(resource).map((scope) => ({
        ...scope,
        spans: scope.spans.filter((span) => traceIdOf(span) === id),
      })),
    })),
  });
  return new Map([...new Set(ids)].sort().map((id) => [id, referenceTraces.encode(only(id))]));
};

export const fixtureJson = (path: string): unknown => parseExact(new TextDecoder().decode(fixture(path)));

export const fixtureLogs = (name: string): Uint8Array => fixture(`otlp/${name}.logs.pb`);

/** The trace that noveum-trace 1.5.28 sent. */
export const nativeFixture = (): Record<string, unknown> => {
  const [request] = fixtureJson('native/noveum_trace_py_1.5.28.requests.json') as {
    json: { traces: [Record<string, unknown>] };
  }[];
  if (request === undefined) throw new Error('the fixture holds no request');
  return request.json.traces[0];
};
