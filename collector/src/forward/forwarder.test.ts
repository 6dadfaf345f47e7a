import { createSimulatedFiles } from '../files/index.js';
import { createCursors, type EndpointReport, startForwarder } from './index.js';

const DIRECTORY = '/data/forward';
const reportOf = (offset: number): EndpointReport => ({
  name: 'e',
  position: { file: 1, offset },
  state: 'ok',
  code: null,
  lagBytes: 0,
  waitingSinceMillis: null,
  counts: {
    sentSpans: 0,
    sentLogs: 0,
    retries: 0,
    rejectedItems: 0,
    droppedRecords: 0,
    droppedBytes: 0,
    unreadableRecords: 0,
  },
});

const start = async () => {
  const files = createSimulatedFiles();
  await files.makeDirectory(DIRECTORY);
  const cursors = createCursors(files, DIRECTORY);
  const faults: string[] = [];
  const reported: number[] = [];
  /** A forwarder whose endpoint got so far; it reports once more where it is closed. */
  const runTo = async (offset: number): Promise<void> => {
    const forwarder = startForwarder({
      endpoints: [
        {
          advance: () => undefined,
          dropThrough: () => undefined,
          report: () => Promise.resolve(reportOf(offset)),
          close: () => Promise.resolve(),
        },
      ],
      cursors,
      onReports: (reports) => reported.push(...reports.map(({ position }) => position.offset)),
      onCursorFault: (code) => faults.push(code),
    });
    await forwarder.close(AbortSignal.abort());
  };
  const saved = async () => (await cursors.read(['e'])).get('e')?.offset;
  return { files, runTo, faults, reported, saved };
};

it('says so where a full disk does not take how far an endpoint has got, and keeps what it took before', async () => {
  const { files, runTo, faults, reported, saved } = await start();
  await runTo(100);
  files.fail({ code: 'ENOSPC', operations: ['write'], times: Infinity });
  await runTo(200);
  expect(faults).toEqual(['ENOSPC']);
  // What goes by the reports goes on: sending does not depend on it.
  expect(reported).toEqual([100, 200]);
  expect(await saved()).toBe(100);
  files.clearFaults();
  await runTo(300);
  expect([faults, await saved()]).toEqual([['ENOSPC'], 300]);
});
