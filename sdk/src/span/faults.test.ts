import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { getCurrentSpan, observe, span, startSpan } from './index.js';

let host: Host;
afterEach(() => {
  host.stop();
});

const fail = (): never => {
  throw new Error('theirs');
};

const processor = (failing: Partial<SpanProcessor>): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  ...failing,
});

describe.each([
  ['start', { onStart: fail }, 'startSpan'],
  ['end', { onEnd: fail }, 'endSpan'],
])('a span processor that throws at the %s', (_when, failing, where) => {
  test('is told of, and reaches nobody', async () => {
    host = startHost({ processors: [processor(failing)] });
    const error = new RangeError('mine');
    expect(observe(() => 1)()).toBe(1);
    expect(await observe(async () => 2)()).toBe(2);
    expect([
      ...observe(function* () {
        yield 3;
      })(),
    ]).toEqual([3]);
    expect(span('step', () => 4)).toBe(4);
    startSpan('by hand').end();
    let thrown: unknown;
    try {
      observe(() => {
        throw error;
      })();
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    expect(host.faults.map((fault) => fault.where).filter((told) => told !== where && told !== 'stream')).toEqual([]);
    expect(host.faults.length).toBeGreaterThanOrEqual(6);
  });
});

test('a tracer that fails leaves the call as it is', () => {
  host = startHost();
  host.set({ tracer: { startSpan: fail, startActiveSpan: fail } });
  expect(observe((x: number) => x + 1)(1)).toBe(2);
  expect(span('step', () => 3)).toBe(3);
  expect(startSpan('by hand').isRecording()).toBe(false);
  expect(host.faults.map(({ where }) => where)).toEqual(['startSpan', 'startSpan', 'startSpan']);
});

test('a span that the application has ended from inside is ended once', () => {
  host = startHost({ content: true });
  observe(() => {
    getCurrentSpan()?.end();
    return 1;
  })();
  expect(host.spans()).toHaveLength(1);
  expect(host.faults).toEqual([]);
});

test('what is no function is given back as it is', () => {
  host = startHost();
  const nothing = undefined as unknown as () => void;
  expect(observe(nothing)).toBeUndefined();
  expect(host.faults.map(({ where }) => where)).toEqual(['observe']);
});

test('arguments that throw at being looked at are the function’s alone', () => {
  host = startHost({ content: true });
  const hostile = new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail, has: fail });
  expect(observe((value: object) => typeof value, { type: 'llm' })(hostile)).toBe('object');
  expect(observe(() => hostile)()).toBe(hostile);
  expect(host.spans()).toHaveLength(2);
});
