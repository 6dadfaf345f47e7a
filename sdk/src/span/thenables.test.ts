import { spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { observe } from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost({ content: true });
});
afterEach(() => {
  expect(host.faults).toEqual([]);
  host.stop();
});

const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 1));

class Tagged<T> extends Promise<T> {
  tag = 'kept';
}

test('a promise with more to it stays the object it is, and its span ends as it settles', async () => {
  const original = new Tagged<number>((resolve) => {
    resolve(7);
  });
  const given = observe(() => original)();
  expect(given).toBe(original);
  await turn();
  expect(host.spans()[0]!.attributes['output.value']).toBe('7');
  expect(await given).toBe(7);
});

test('its failure is its reader’s', async () => {
  const error = new Error('boom');
  const failing = observe(
    () =>
      new Tagged<number>((_, reject) => {
        reject(error);
      }),
  );
  await expect(failing()).rejects.toBe(error);
  await failing().catch(() => undefined);
  expect(host.spans().map(({ attributes }) => attributes['error.type'])).toEqual(['Error', 'Error']);
});

/** A process of its own, since a test runner listens to rejections itself. */
const rejectionsOf = (failing: string): string => {
  const script = `
    import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
    import { setRuntime } from './sdk/dist/runtime/index.js';
    import { observe } from './sdk/dist/span/index.js';
    setRuntime({
      tracer: new BasicTracerProvider().getTracer('t'),
      capture: { content: false, maxContentLength: 10 },
      onError: (error) => { throw error; },
    });
    process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
    class Tagged extends Promise {}
    const call = observe(() => ${failing});
    void call();
    call().catch(() => undefined);
    process.on('exit', () => console.log('end'));`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return stdout + stderr;
};

test.each([
  ['plain', "Promise.reject(new Error('boom'))"],
  ['with more to it', "Tagged.reject(new Error('boom'))"],
])('a failed promise (%s) that nobody reads is as loud as before, one that is read as quiet', (_kind, failing) => {
  expect(rejectionsOf(failing)).toBe('unhandled boom\nend\n');
});

test('work that begins only when it is asked for is begun once, by who asks', async () => {
  let begun = 0;
  const query = {
    then: (resolve: (value: number) => void) => {
      resolve(++begun);
    },
  };
  const given = observe(() => query as unknown as PromiseLike<number>)();
  await turn();
  expect(begun).toBe(0);
  expect(await given).toBe(1);
  expect(host.spans()).toHaveLength(1);
});

test('a frozen one is let be', async () => {
  const given = observe(
    () =>
      Object.freeze({
        then: (resolve: (value: number) => void) => {
          resolve(3);
        },
      }) as unknown as PromiseLike<number>,
  )();
  expect(await given).toBe(3);
  expect(host.spans()).toHaveLength(1);
});

test('one that nobody asks ends its span when it is gone', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  observe(() => ({ then: () => undefined }))();
  for (let round = 0; round < 50 && host.spans().length === 0; round++) {
    await turn();
    collectGarbage();
  }
  expect(host.spans()).toHaveLength(1);
});
