import { deferredPipeline, type EncodedRequest, type Pipeline } from './index.js';

const batch: EncodedRequest = { request: new Uint8Array(1), spanCount: 3, isPlain: false };

const start = () => {
  const calls: string[] = [];
  const failed: [unknown, number][] = [];
  let settle: { resolve(pipeline: Pipeline): void; reject(error: unknown): void } = Promise.withResolvers<Pipeline>();
  const pipeline: Pipeline = {
    accept: ({ spanCount }) => Promise.resolve(calls.push(`accept ${String(spanCount)}`) > 0),
    flush: (timeoutMillis) => Promise.resolve(calls.push(`flush ${String(timeoutMillis)}`) > 0),
    counts: () => 'its own',
    configure: (settings) => void calls.push(`configure ${String(settings)}`),
    close: () => Promise.resolve(void calls.push('close')),
  };
  const deferred = deferredPipeline({
    load: () => {
      const loading = Promise.withResolvers<Pipeline>();
      settle = loading;
      return loading.promise;
    },
    onFailed: (error, spans) => void failed.push([error, spans]),
    counts: () => 'of the ledger',
  });
  return { calls, failed, deferred, pipeline, settle: () => settle };
};

test('what comes before it is loaded waits, and comes in its order', async () => {
  const { calls, deferred, pipeline, settle } = start();
  const accepted = deferred.accept(batch);
  deferred.configure('a');
  const flushed = deferred.flush(5);
  const closed = deferred.close(5);
  expect(calls).toEqual([]);
  settle().resolve(pipeline);
  await Promise.all([accepted, closed]);
  expect(await flushed).toBe(true);
  expect(calls).toEqual(['accept 3', 'configure a', 'flush 5', 'close']);
});

test('then it is the pipeline', async () => {
  const { calls, deferred, pipeline, settle } = start();
  settle().resolve(pipeline);
  await deferred.flush(1);
  void deferred.accept(batch);
  deferred.configure('b');
  expect(calls).toEqual(['flush 1', 'accept 3', 'configure b']);
  expect(deferred.counts()).toBe('of the ledger');
});

test('where it cannot be loaded each batch is told as lost, and nothing waits', async () => {
  const { failed, deferred, settle } = start();
  const accepted = deferred.accept(batch);
  const error = new Error('no such file');
  settle().reject(error);
  expect(await accepted).toBe(false);
  expect(await deferred.accept(batch)).toBe(false);
  expect(await deferred.flush(5)).toBe(false);
  await deferred.close(5);
  expect(failed.filter(([, spans]) => spans > 0)).toEqual([
    [error, 3],
    [error, 3],
  ]);
});
