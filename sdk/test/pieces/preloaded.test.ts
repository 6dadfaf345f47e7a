import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { answering, startAnsweringServer } from '../support/answering-server.js';

const ROOT = join(__dirname, '../../..');
const run = promisify(execFile);

const PRELOAD = `data:text/javascript,
  import { isMainThread } from 'node:worker_threads';
  console.log('preloaded in', isMainThread ? 'main' : 'another');`;

const CODE = `
  import { init, span } from 'noveum-trace';
  const client = init();
  span('s', () => undefined);
  await client.flush();
  console.log(client.getStats().exporters.otlp.acknowledgedSpans);
  await client.shutdown();`;

test.each(['argument', 'environment'])(
  'what the process preloads by %s stays out of the pipeline thread: nothing is started or instrumented twice',
  async (way) => {
    const backend = await startAnsweringServer(answering(200));
    const { NODE_OPTIONS: _options, ...environment } = process.env;
    const preload = ['--import', PRELOAD.replaceAll('\n', ' ').replaceAll(' ', '%20')];
    const { stdout } = await run(
      process.execPath,
      [...(way === 'argument' ? preload : []), '--input-type=module', '--eval', CODE],
      {
        cwd: join(ROOT, 'sdk'),
        env: {
          ...environment,
          ...(way === 'environment' ? { NODE_OPTIONS: preload.join(' ') } : {}),
          NOVEUM_ENDPOINT: `http://127.0.0.1:${backend.port}`,
          NOVEUM_EXPORTERS: 'otlp',
        },
      },
    );
    await backend.close();
    expect(stdout.split('\n')).toEqual(['preloaded in main', '1', '']);
  },
);
