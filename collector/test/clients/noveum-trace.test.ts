import { join } from 'node:path';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool } from '../support/tools.js';
import { expectedNoveumTrace, type SentNoveumTrace } from './expected-noveum-trace.js';
import { preparePython } from './python-environment.js';
import { readUntilThere } from './read-trace.js';
import { programs, runProgram } from './run-program.js';

const PROGRAM = join(programs, 'noveum-trace', 'send.py');
const MAIN = join(programs, '..', '..', 'dist', 'main.js');
const KEY = `nv_test_${'a'.repeat(32)}`;
const ADMIN_KEY = `nv_test_${'b'.repeat(32)}`;
const PREPARE_TIMEOUT_MILLIS = 300_000;
const SEND_TIMEOUT_MILLIS = 60_000;

const createKey = async ({ dataDir }: CollectorProcess, project: string): Promise<string> => {
  const flags = ['--project', project, '--env', 'test', '--role', 'ingest', '--data-dir', dataDir];
  return (await runProgram(process.execPath, [MAIN, 'keys', 'create', ...flags])).trim();
};

describeWithTool('python3', "PyPI's noveum-trace against the built collector", () => {
  let python = '';
  let collector: CollectorProcess | null = null;

  beforeAll(async () => {
    python = await preparePython('noveum-trace');
  }, PREPARE_TIMEOUT_MILLIS);

  afterEach(async () => {
    await collector?.stop();
    collector = null;
  });

  const start = async (env: Readonly<Record<string, string>>): Promise<CollectorProcess> => {
    collector = await startCollectorProcess({ env });
    return collector;
  };

  const send = async ({ http }: CollectorProcess, key: string): Promise<SentNoveumTrace> => {
    const env = { NOVEUM_ALLOW_INSECURE_TRANSPORT: 'true' };
    return JSON.parse(await runProgram(python, [PROGRAM, `${http}/api`, key], { env })) as SentNoveumTrace;
  };

  test(
    'everything sent is read back, by any form of the id and in the shape of the published clients too',
    async () => {
      const running = await start({});
      const sent = await send(running, KEY);
      expect(sent.healthy).toBe(true);

      const { trace } = await readUntilThere(`${running.http}/v1/traces/${sent.traceId}`);
      expect(trace).toMatchObject(expectedNoveumTrace(sent));

      const undashed = sent.traceId.replaceAll('-', '').toUpperCase();
      expect((await readUntilThere(`${running.http}/v1/traces/${undashed}`)).trace).toEqual(trace);
      const published = await readUntilThere(`${running.http}/api/v1/traces/${sent.traceId}`);
      expect(published).toMatchObject({ success: true, data: { trace } });
    },
    SEND_TIMEOUT_MILLIS,
  );

  test(
    'with a key it delivers into the project of that key, with a wrong one it delivers nothing',
    async () => {
      const running = await start({ NOVEUM_COLLECTOR_ADMIN_KEY: ADMIN_KEY });
      await send(running, KEY);
      const { traceId } = await send(running, await createKey(running, 'umbrellas'));

      const headers = { authorization: `Bearer ${ADMIN_KEY}` };
      const { trace } = await readUntilThere(`${running.http}/v1/traces/${traceId}`, headers);
      expect(trace).toMatchObject({ trace_id: traceId, project: 'umbrellas', span_count: 4 });
      const list = await readUntilThere(`${running.http}/v1/traces`, headers);
      expect(list).toMatchObject({ traces: [{ trace_id: traceId }], pagination: { total: 1 } });
    },
    SEND_TIMEOUT_MILLIS,
  );
});
