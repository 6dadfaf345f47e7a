import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

import { prepareThread } from './index.js';

// A thread has the built code.
const BUILT = pathToFileURL(require.resolve('../../dist/threads/index.js')).href;
const LIMITS = { maxOldGenerationSizeMb: 32 };

const threadOf = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);

const ECHO = threadOf(`
  import { parentPort } from 'node:worker_threads';
  import { workOf } from ${JSON.stringify(BUILT)};
  const work = await workOf();
  parentPort.on('message', (message) => parentPort.postMessage({ work, message }));
`);

test('a thread that is told its work has it, and misses nothing that is sent right behind it', async () => {
  const thread = prepareThread<{ name: string }>(ECHO, LIMITS);
  const worker = thread.begin({ name: 'a' });
  worker.postMessage('first');
  const [answer] = (await once(worker, 'message')) as [unknown];
  expect(answer).toEqual({ work: { name: 'a' }, message: 'first' });
  // It has begun, and is not ended by whoever prepared it.
  await thread.abandon();
  worker.postMessage('second');
  expect(await once(worker, 'message')).toEqual([{ work: { name: 'a' }, message: 'second' }]);
  await worker.terminate();
});

test('one that never begins is ended, once and for all', async () => {
  const thread = prepareThread<null>(ECHO, LIMITS);
  await thread.abandon();
  await thread.abandon();
});

test('where it dies before it begins, whoever begins it is told as of any other', async () => {
  const channel = new BroadcastChannel('prepared-thread-test');
  const loaded = new Promise((resolve) => {
    channel.onmessage = resolve;
  });
  const dying = threadOf(`
    const channel = new BroadcastChannel('prepared-thread-test');
    channel.postMessage('loaded');
    channel.close();
    throw new Error('dead');
  `);
  const thread = prepareThread<null>(dying, LIMITS);
  await loaded;
  const worker = thread.begin(null);
  const error = await new Promise<Error>((resolve) => worker.on('error', resolve));
  expect(error.message).toBe('dead');
  channel.close();
});
