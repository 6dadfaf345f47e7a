import { AsyncLocalStorage } from 'node:async_hooks';

import { EdgeVM } from '@edge-runtime/vm';

import { bundleFor } from '../support/bundle.js';
import { type RunningCollector, startCollector } from '../support/collector.js';

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

/** A function as an edge platform runs it: frozen after its answer, but for what it has handed to `waitUntil`. */
const FUNCTION = `
  import { init, observe, span, getCurrentTrace } from 'noveum-trace';
  const work = [];
  const client = init({
    endpoint: '%ENDPOINT%', project: 'default', preset: 'serverless', captureContent: true, logLevel: 'warn',
    waitUntil: (promise) => work.push(promise),
  });
  const weather = observe(async (city) => { await new Promise((done) => setTimeout(done, 5)); return city + ': rain'; },
    { name: 'weather' });
  globalThis.handle = async () => {
    let traceId = '';
    await span('request', async () => {
      traceId = getCurrentTrace().traceId;
      await weather('Paris');
      await weather('Rome');
    });
    return { traceId, handedOver: work.length, stats: async () => { await Promise.all(work); return client.getStats(); } };
  };`;

interface Handled {
  readonly traceId: string;
  readonly handedOver: number;
  readonly stats: () => Promise<{ readonly exporters: Readonly<Record<string, object>> }>;
}

const run = (source: string, withStorage: boolean): EdgeVM => {
  const vm = new EdgeVM({
    extend: (context) => (withStorage ? Object.assign(context, { AsyncLocalStorage }) : context),
  });
  vm.evaluate(bundleFor('edge-light', source).code);
  return vm;
};

test('an edge function traces with its context over awaits, and hands each sending to waitUntil', async () => {
  const vm = run(FUNCTION.replace('%ENDPOINT%', collector.http), true);
  const handled = await vm.evaluate<Promise<Handled>>('handle()');
  expect(handled.handedOver).toBe(3);
  expect((await handled.stats()).exporters['noveum']).toMatchObject({ acknowledgedSpans: 3, inFlightSpans: 0 });
  const { spans } = await collector.trace(handled.traceId, 3);
  const byName = Object.groupBy(
    spans as { name: string; span_id: string; parent_span_id: string | null }[],
    (s) => s.name,
  );
  const root = byName['request']?.[0];
  expect(root?.parent_span_id).toBeNull();
  expect(byName['weather']?.map((span) => span.parent_span_id)).toEqual([root?.span_id, root?.span_id]);
});

test.each([
  ["spool: { directory: 'x' }", 'spool'],
  ["exporters: ['file']", 'exporters[0]'],
  ["encryption: { attributes: ['a'], keyId: 'k', key: () => new Uint8Array(32) }", 'encryption'],
  ['flushOnSignal: true', 'flushOnSignal'],
  ["redaction: { patterns: [{ name: 'a', pattern: 'b' }] }", 'redaction.patterns'],
  ['keep: { costlierThanUsd: 1 }', 'keep.costlierThanUsd'],
])('what Node alone has is refused by name: %s', (option, name) => {
  const source = `import { init } from 'noveum-trace';
    try { init({ ${option} }); } catch (error) { globalThis.caught = { name: error.name, problems: error.problems }; }`;
  expect(run(source, false).evaluate('caught')).toMatchObject({
    name: 'ConfigurationError',
    problems: [{ option: name, rule: expect.stringContaining('must') as string }],
  });
});
