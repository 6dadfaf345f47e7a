import { toTraceDocument } from './merge.js';
import type { Fragment } from './fragment.js';

const DISTRO = { 'telemetry.distro.name': 'noveum-trace', 'telemetry.distro.version': '0.1.0' };
const STOCK = { 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': '2.12.1' };

interface Sent {
  readonly id: number;
  readonly parent?: number;
  readonly resource: object;
}

const spanId = (id: number): string => String(id).padStart(16, '0');

const fragmentOf = (spans: readonly Sent[], own: object = {}): Fragment => ({
  kind: 'native',
  payload: new TextEncoder().encode(
    JSON.stringify({
      trace_id: 'a'.repeat(32),
      name: 't',
      start_time: '2026-11-22T06:00:00Z',
      noveum: { as_sent: [] },
      ...own,
      spans: spans.map(({ id, parent, resource }) => ({
        span_id: spanId(id),
        parent_span_id: parent === undefined ? null : spanId(parent),
        name: 's',
        start_time: '2026-11-22T06:00:00Z',
        end_time: '2026-11-22T06:00:01Z',
        attributes: {},
        resource: { attributes: resource },
      })),
    }),
  ),
  project: 'shop',
  keyEnvironment: null,
  receivedAtMillis: 0,
});

const sdkOf = (...fragments: Fragment[]) => toTraceDocument(fragments)?.sdk;

test.each([
  ['the distribution before the SDK in it', { ...STOCK, ...DISTRO }, { name: 'noveum-trace', version: '0.1.0' }],
  ['the SDK', STOCK, { name: 'opentelemetry', version: '2.12.1' }],
  ['a name without a version', { 'telemetry.sdk.name': 'own' }, { name: 'own' }],
  ['nothing', { 'telemetry.sdk.version': '1' }, null],
])('a resource that names %s says the sdk of its trace', (_what, resource, sdk) => {
  expect(sdkOf(fragmentOf([{ id: 1, resource }]))).toEqual(sdk);
});

test('of several the root says it, else the least of the names, in whatever order they come', () => {
  const root = { id: 1, resource: STOCK };
  const [one, other] = [
    { id: 2, parent: 1, resource: DISTRO },
    { id: 3, parent: 1, resource: { 'telemetry.sdk.name': 'another' } },
  ];
  expect(sdkOf(fragmentOf([one]), fragmentOf([root]))).toEqual({ name: 'opentelemetry', version: '2.12.1' });
  expect(sdkOf(fragmentOf([one, other]))).toEqual({ name: 'another' });
  expect(sdkOf(fragmentOf([other]), fragmentOf([one]))).toEqual({ name: 'another' });
});

test('what the sender says itself is shown as it is', () => {
  const sdk = { name: 'noveum-trace-python', version: '0.3.1' };
  expect(sdkOf(fragmentOf([{ id: 1, resource: STOCK }], { sdk, noveum: undefined }))).toEqual(sdk);
});
