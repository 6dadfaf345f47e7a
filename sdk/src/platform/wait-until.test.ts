import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';

import { type Exporter, getClient, init, type NoveumOptions } from '../index.js';
import { requestWaitUntil } from './index.js';

const VERCEL = Symbol.for('@vercel/request-context');

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation]) api.disable();
  Reflect.deleteProperty(globalThis, VERCEL);
});

/** A function's process: what it exports takes a turn of the event loop. */
const start = (options: NoveumOptions = {}, isGiven = true) => {
  const handedOver: Promise<unknown>[] = [];
  let exported = 0;
  const exporter: Exporter = {
    name: 'own',
    export: async ({ spanCount }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      exported += spanCount;
      return { status: 'delivered' };
    },
    close: () => Promise.resolve(),
  };
  const waitUntil = (work: Promise<unknown>): void => void handedOver.push(work);
  init({ exporters: [exporter], ...(isGiven ? { waitUntil } : {}), ...options });
  return { handedOver, exported: () => exported };
};

const tracer = () => trace.getTracer('t');

test('of a batch the root of a trace is what hands the sending over', async () => {
  const { handedOver, exported } = start();
  tracer().startActiveSpan('root', (root) => {
    tracer().startSpan('child').end();
    expect(handedOver).toHaveLength(0);
    root.end();
  });
  expect(handedOver).toHaveLength(1);
  expect(await Promise.all(handedOver)).toEqual([true]);
  expect(exported()).toBe(2);
});

test('a span with a parent in another process is a root here', () => {
  const { handedOver } = start();
  const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };
  tracer().startSpan('served', {}, trace.setSpanContext(ROOT_CONTEXT, remote)).end();
  expect(handedOver).toHaveLength(1);
});

test('immediate mode hands every span over', async () => {
  const { handedOver, exported } = start({ preset: 'serverless' });
  tracer().startActiveSpan('root', (root) => {
    tracer().startSpan('child').end();
    expect(handedOver).toHaveLength(1);
    root.end();
  });
  await Promise.all(handedOver);
  expect(handedOver).toHaveLength(2);
  expect(exported()).toBe(2);
});

test("a platform's waitUntil that throws is told, and harms nobody", async () => {
  const told: string[] = [];
  const { exported } = start({
    waitUntil: () => {
      throw new Error('outside of a request');
    },
    onError: (_error, where) => void told.push(where),
  });
  tracer().startSpan('root').end();
  expect(told).toEqual(['waitUntil']);
  expect(await getClient()?.flush()).toBe(true);
  expect(exported()).toBe(1);
});

test('on Vercel the request at hand is asked', async () => {
  const handedOver: Promise<unknown>[] = [];
  let request = {};
  Object.assign(globalThis, { [VERCEL]: { get: () => request } });
  const { exported, handedOver: own } = start({}, false);
  tracer().startSpan('outside of a request').end();
  expect(handedOver).toHaveLength(0);
  request = { waitUntil: (work: Promise<unknown>) => void handedOver.push(work) };
  tracer().startSpan('served').end();
  expect(await Promise.all(handedOver)).toEqual([true]);
  expect(own).toHaveLength(0);
  expect(exported()).toBe(2);
});

test('elsewhere there is none', () => {
  expect(requestWaitUntil({})).toBeUndefined();
});
