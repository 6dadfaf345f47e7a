import { createSimulatedFiles } from '../files/index.js';
import { type JournalRecord, openJournal, openJournalReader } from '../journal/index.js';
import { createToRequests, type EndpointReport, type RefusedRecord, type Sender, startEndpoint } from './index.js';

const DIRECTORY = '/data/journal';
const ME = '11111111-1111-4111-8111-111111111111';
type Outcome = Awaited<ReturnType<Sender['send']>>;
const AWAY: Outcome = { status: 'retry', code: 'HTTP_503', afterMillis: null };
const TAKEN: Outcome = { status: 'delivered', rejectedItems: 0 };

/** Time that passes only when nothing else is to do. */
const createClock = () => {
  let millis = 1_000_000;
  let timers: { readonly at: number; readonly task: () => void }[] = [];
  return {
    now: () => millis,
    later(after: number, task: () => void) {
      const timer = { at: millis + after, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    /** Lets time pass until it holds. */
    async until(holds: () => boolean | Promise<boolean>): Promise<void> {
      for (let step = 0; step < 2000; step++) {
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
        if (await holds()) return;
        const [next] = [...timers].sort((a, b) => a.at - b.at);
        if (next === undefined) continue;
        timers = timers.filter((each) => each !== next);
        millis = Math.max(millis, next.at);
        next.task();
      }
      throw new Error('it never came about');
    },
  };
};

interface Bounds {
  readonly maxSpoolBytes?: number;
  readonly maxSpoolSeconds?: number;
}

const start = async (answer: (texts: readonly string[]) => Outcome, bounds: Bounds = {}) => {
  const files = createSimulatedFiles();
  const clock = createClock();
  const journal = await openJournal({ files, directory: DIRECTORY, fileBytes: 4096, later: () => undefined });
  const requests: { readonly texts: readonly string[]; readonly via: string; readonly atMillis: number }[] = [];
  const refused: RefusedRecord[] = [];
  const reports: EndpointReport[] = [];
  const sender: Sender = {
    send({ bodies, via }) {
      const texts = bodies.map((body) => Buffer.from(body).toString('utf8').trim());
      requests.push({ texts, via, atMillis: clock.now() });
      return Promise.resolve(answer(texts));
    },
    close: () => undefined,
  };
  const endpoint = startEndpoint({
    endpoint: { name: 'e', maxSpoolBytes: 2 ** 30, maxSpoolSeconds: 3600, ...bounds },
    reader: await openJournalReader({ files, directory: DIRECTORY }),
    start: journal.end(),
    sender,
    toRequests: createToRequests({
      instanceId: ME,
      partsOf: ({ body, project }) => [{ signal: 'traces', body, items: 1, project }],
      onUnreadable: () => undefined,
    }),
    onRefused: (record) => refused.push(record),
    now: clock.now,
    random: () => 0,
    later: (millis, task) => clock.later(millis, task),
  });
  const append = async (text: string, changes: Partial<JournalRecord> = {}): Promise<void> => {
    await journal.append({
      format: 'otlp-traces',
      receivedAtMillis: clock.now(),
      project: 'p',
      keyEnvironment: null,
      redactionVersion: 0,
      refused: [],
      body: Buffer.from(text.padEnd(1000)),
      ...changes,
    });
    endpoint.advance(journal.end());
  };
  const report = async (): Promise<EndpointReport> => {
    const made = await endpoint.report();
    reports.push(made);
    return made;
  };
  const total = (count: keyof EndpointReport['counts']): number =>
    reports.reduce((sum, { counts }) => sum + counts[count], 0);
  const close = () => endpoint.close(AbortSignal.abort());
  return { files, clock, journal, endpoint, requests, refused, append, report, total, close };
};

const texts = (requests: readonly { readonly texts: readonly string[] }[]): string[] =>
  requests.flatMap((request) => request.texts);

it('tries again with growing pauses, and loses nothing while the endpoint is away', async () => {
  let isAway = true;
  const { clock, requests, append, report, close } = await start(() => (isAway ? AWAY : TAKEN));
  for (let number = 0; number < 9; number++) await append(`r${String(number)}`);
  await clock.until(() => requests.length >= 8);
  const pauses = requests.slice(1).map(({ atMillis }, index) => atMillis - (requests[index]?.atMillis ?? 0));
  expect(pauses.slice(0, 7)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000]);
  expect(await report()).toMatchObject({ state: 'retrying', code: 'HTTP_503' });
  isAway = false;
  requests.length = 0;
  await clock.until(async () => (await report()).lagBytes === 0);
  expect(texts(requests)).toEqual(Array.from({ length: 9 }, (_, number) => `r${String(number)}`));
  expect(await report()).toMatchObject({ state: 'ok', code: null, waitingSinceMillis: null });
  await close();
});

it('waits as long as the endpoint asks for', async () => {
  const { clock, requests, append, close } = await start(() => ({ ...AWAY, afterMillis: 45_000 }));
  await append('r');
  await clock.until(() => requests.length === 2);
  expect((requests[1]?.atMillis ?? 0) - (requests[0]?.atMillis ?? 0)).toBe(45_000);
  await close();
});

it('drops the oldest beyond the bytes that may wait, and counts exactly what is lost', async () => {
  let isAway = true;
  const spool = await start(() => (isAway ? AWAY : TAKEN), { maxSpoolBytes: 10_000 });
  const { clock, requests, append, report, total, close } = spool;
  for (let number = 0; number < 50; number++) await append(`r${String(number)}`);
  await clock.until(async () => (await report()).lagBytes <= 10_000);
  isAway = false;
  requests.length = 0;
  await clock.until(async () => (await report()).lagBytes === 0);
  const taken = texts(requests);
  const lost = total('droppedRecords');
  expect(taken).toEqual(Array.from({ length: taken.length }, (_, index) => `r${String(50 - taken.length + index)}`));
  expect(taken.length).toBeLessThanOrEqual(10);
  expect(taken.length).toBeGreaterThan(7);
  expect(lost).toBe(50 - taken.length);
  expect(total('droppedBytes')).toBe(lost * 1000);
  expect(total('sentSpans')).toBe(taken.length);
  await close();
});

it('drops what has waited too long, and no more', async () => {
  let isAway = true;
  const spool = await start(() => (isAway ? AWAY : TAKEN), { maxSpoolSeconds: 60 });
  const { clock, requests, append, report, total, close } = spool;
  for (const text of ['a', 'b', 'c']) await append(text);
  await clock.until(() => clock.now() > 1_055_000);
  await append('d');
  await clock.until(async () => {
    await report();
    return total('droppedRecords') === 3;
  });
  isAway = false;
  requests.length = 0;
  await clock.until(async () => (await report()).lagBytes === 0);
  expect(texts(requests)).toEqual(['d']);
  await close();
});

it('drops what lies in old files where the disk is full', async () => {
  const { clock, endpoint, append, report, total, close } = await start(() => AWAY);
  for (let number = 0; number < 20; number++) await append(`r${String(number)}`);
  endpoint.dropThrough(2);
  await clock.until(async () => (await report()).position.file > 2);
  expect(total('droppedRecords')).toBeGreaterThan(0);
  await close();
});

it('gives a full disk the room back that only its backlog takes, and goes on with what comes after', async () => {
  let isAway = true;
  const { files, clock, journal, endpoint, requests, append, report, total, close } = await start(() =>
    isAway ? AWAY : TAKEN,
  );
  for (let number = 0; number < 20; number++) await append(`r${String(number)}`);
  journal.keep((await report()).position);
  // All of it is in the store: nothing but the endpoint needs the files.
  await journal.release(journal.end());
  expect(journal.health().keptFiles).toBeGreaterThan(0);
  files.fail({ code: 'ENOSPC', operations: ['write'], times: Infinity });
  await append('lost');
  expect(journal.health()).toMatchObject({ status: 'degraded', code: 'ENOSPC' });
  const { position } = await report();
  endpoint.dropThrough(journal.end().file - 1);
  await clock.until(async () => (await report()).position.file > position.file);
  journal.keep((await report()).position);
  await clock.until(() => journal.health().keptFiles === 0);
  files.clearFaults();
  await append('after');
  isAway = false;
  requests.length = 0;
  await clock.until(async () => (await report()).lagBytes === 0);
  const taken = texts(requests);
  expect(taken.at(-1)).toBe('after');
  expect(taken.length - 1 + total('droppedRecords')).toBe(20);
  await close();
});

it('finds the one request that is refused for good, in halves, and names it without its content', async () => {
  const spool = await start((sent) => (sent.includes('r5') ? { status: 'refused', code: 'HTTP_400' } : TAKEN));
  const { clock, requests, refused, append, report, total, close } = spool;
  for (let number = 0; number < 8; number++)
    await append(`r${String(number)}`, { receivedAtMillis: 1_000_000 + number });
  await clock.until(async () => (await report()).lagBytes === 0);
  const taken = texts(requests.filter((request) => !request.texts.includes('r5')));
  expect(taken.sort()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r6', 'r7']);
  expect(refused).toEqual([
    { name: 'e', code: 'HTTP_400', format: 'otlp-traces', receivedAtMillis: 1_000_005, bytes: 1000 },
  ]);
  expect([total('sentSpans'), total('rejectedItems')]).toEqual([7, 1]);
  await close();
});

it('never sends again what the endpoint refused in part', async () => {
  const { clock, requests, append, report, total, close } = await start(() => ({ ...TAKEN, rejectedItems: 1 }));
  await append('a');
  await clock.until(async () => (await report()).lagBytes === 0);
  expect(requests).toHaveLength(1);
  expect([total('sentSpans'), total('rejectedItems')]).toEqual([0, 1]);
  await close();
});

it('joins no two projects or ways in a request, and passes nothing on twice', async () => {
  const other = '22222222-2222-4222-8222-222222222222';
  const { clock, requests, append, report, close } = await start(() => TAKEN);
  await append('a');
  await append('b', { project: 'q' });
  await append('c', { via: other });
  await append('d', { via: `${other}, ${ME}` });
  await append('e');
  await clock.until(async () => (await report()).lagBytes === 0);
  const isMixed = ({ texts: sent }: { readonly texts: readonly string[] }): boolean =>
    sent.length > 1 && (sent.includes('b') || sent.includes('c'));
  expect(requests.filter(isMixed)).toEqual([]);
  expect(texts(requests).sort()).toEqual(['a', 'b', 'c', 'e']);
  expect(requests.find(({ texts: sent }) => sent.includes('c'))?.via).toBe(`${other}, ${ME}`);
  await close();
});
