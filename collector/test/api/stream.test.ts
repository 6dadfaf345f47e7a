import { spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import type { EventClient } from './event-client.js';
import { rootOf } from './running-api.js';
import { type RunningStream, startStream } from './running-stream.js';

const TICK = 250;
const HEARTBEAT = 15_000;

let running: RunningStream;
beforeEach(async () => {
  running = await startStream();
});
afterEach(() => running.close());

const shopTrace = (number: number, changes: Parameters<typeof rootOf>[1] = {}) =>
  spansArrive([rootOf(number, changes)]);

/** Stores and lets the stream tell. */
const happens = async (...fragments: Parameters<RunningStream['write']>[0][]): Promise<void> => {
  for (const arrived of fragments) await running.write(arrived);
  await running.pass(TICK);
};

interface Told {
  readonly change: string;
  readonly trace: { readonly name: string; readonly spans?: unknown };
}

const nextTrace = async (client: EventClient) => {
  const event = await client.next();
  const { change, trace } = JSON.parse(event?.data ?? '{}') as Told;
  return { event: event?.name, change, name: trace.name, hasSpans: trace.spans !== undefined };
};

describe('a client of the stream', () => {
  test('is told of a new trace, then of its change, each as the summary', async () => {
    const client = await running.follow();
    expect(client.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await happens(shopTrace(1));
    expect(await nextTrace(client)).toEqual({ event: 'trace', change: 'new', name: 'request 1', hasSpans: false });
    await happens(shopTrace(1, { name: 'renamed', endUnixNano: null }), shopTrace(2));
    expect(await nextTrace(client)).toMatchObject({ change: 'changed', name: 'request 1' });
    expect(await nextTrace(client)).toMatchObject({ change: 'new', name: 'request 2' });
  });

  test('is told nothing of what came before, of what is sent again, and of what its filter leaves out', async () => {
    await happens(shopTrace(1));
    const client = await running.follow('?has_error=true');
    await happens(shopTrace(1), shopTrace(2), shopTrace(3, { statusCode: 2 }));
    expect(await nextTrace(client)).toMatchObject({ name: 'request 3' });
  });

  test("hears of its own project alone, and its positions don't move with the others'", async () => {
    const client = await running.follow();
    const admin = await running.follow('', { 'x-api-key': 'admin-key' });
    const before = client.lastId();
    await happens(spansArrive([rootOf(7)], { project: 'bank' }), spansArrive([rootOf(8)], { project: 'bank' }));
    expect(await nextTrace(admin)).toMatchObject({ name: 'request 7' });
    await running.pass(HEARTBEAT);
    expect(await client.quiet()).toContain(`id: ${before}`);
    await happens(shopTrace(1));
    expect(await nextTrace(client)).toMatchObject({ name: 'request 1' });
    expect(client.lastId()).toBe(before.replace(/0$/, '1'));
  });

  test('may not name another project', async () => {
    expect((await running.api.get('/v1/stream?project=bank')).status).toBe(403);
  });

  test.each([
    'limit=3',
    'cursor=x',
    'sort=name',
    'q=word',
    'searchTerm=x',
    'count=exact',
    'include=spans',
    'colour=red',
  ])('is refused %s', async (search) => {
    const reply = await running.api.get(`/v1/stream?${search}`);
    expect([reply.status, reply.json()]).toMatchObject([400, { error: { details: { field: search.split('=')[0] } } }]);
  });
});

describe('a client that comes back', () => {
  const comeBack = (id: string): Promise<EventClient> =>
    running.follow('', { 'x-api-key': 'shop-key', 'last-event-id': id });

  test('is told what it missed, each trace once, and then goes on', async () => {
    const first = await running.follow();
    await happens(shopTrace(1));
    await first.next();
    first.leave();
    await happens(
      shopTrace(2),
      shopTrace(3),
      shopTrace(2, { spanId: '00000000000000aa', parentSpanId: '0000000000000002' }),
    );
    const second = await comeBack(first.lastId());
    expect(await nextTrace(second)).toMatchObject({ change: 'new', name: 'request 3' });
    expect(await nextTrace(second)).toMatchObject({ change: 'new', name: 'request 2' });
    await happens(shopTrace(4));
    expect(await nextTrace(second)).toMatchObject({ name: 'request 4' });
  });

  test.each(['ffff-1', 'nonsense', '1-999'])(
    'with the id "%s", which is none of ours, is told to read anew',
    async (id) => {
      const client = await comeBack(id);
      expect((await client.next())?.name).toBe('reset');
      await happens(shopTrace(2));
      expect(await nextTrace(client)).toMatchObject({ name: 'request 2' });
    },
  );

  test('too late is told to read anew', async () => {
    const first = await running.follow();
    running.tell(Array.from({ length: 2_002 }, (_, number) => traceIdOf(number)));
    first.leave();
    const second = await comeBack('1-1');
    expect((await second.next())?.name).toBe('reset');
  });
});

test('where changes may have been missed all are told to read anew', async () => {
  const client = await running.follow();
  running.lose();
  expect((await client.next())?.name).toBe('reset');
});

test('more changes than can be read are bounded by reads, and counted as skipped', async () => {
  const client = await running.follow();
  const many = 2_100;
  await running.write(Array.from({ length: many }, (_, number) => shopTrace(number)).flat());
  let told = 0;
  let skipped = 0;
  while (told + skipped < many) {
    await running.pass(TICK);
    for (let event = await client.next(); ; event = await client.next()) {
      if (event?.name === 'skipped') skipped += (JSON.parse(event.data) as { count: number }).count;
      else told++;
      if (told % 250 === 0) break;
    }
  }
  expect([told, skipped]).toEqual([2_000, 100]);
  expect(Math.max(...running.reads)).toBe(250);
});

test('of what a slow client has not taken, the latest of each trace is kept, and the rest counted', async () => {
  const events = running.stream.open({
    filter: { project: 'shop', equals: {}, notEquals: {}, tags: [], compare: [] },
    lastEventId: null,
    stillAllowed: () => Promise.resolve(true),
    signal: new AbortController().signal,
  });
  await events?.next();
  const taking = events?.next();
  await happens(shopTrace(0));
  await taking;
  for (let number = 1; number <= 600; number += 200) {
    await happens(...Array.from({ length: 200 }, (_, at) => shopTrace(number + at)));
    await happens(shopTrace(1, { name: `change ${String(number)}`, endUnixNano: null }));
  }
  let text = '';
  for (let part = await events?.next(); part?.done === false; part = await events?.next()) {
    text += part.value;
    if (text.includes('"name":"request 600"')) break;
  }
  expect(text).toContain('event: skipped\ndata: {"count":100}');
  expect(text.match(/event: trace/g)).toHaveLength(500);
});

describe('clients', () => {
  test('are bounded; who leaves makes room', async () => {
    await running.close();
    running = await startStream({ limit: 2 });
    const [first] = [await running.follow(), await running.follow()];
    const refused = await running.api.get('/v1/stream');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    first.leave();
    let third: EventClient;
    do third = await running.follow();
    while (third.status === 503);
    expect(third.status).toBe(200);
  });

  test('get heartbeats', async () => {
    const client = await running.follow();
    await running.pass(HEARTBEAT);
    expect(await client.quiet()).toMatch(/^: heartbeat\nid: 1-0/);
  });

  test('are let go when the collector stops', async () => {
    const client = await running.follow();
    running.stream.close();
    expect(await client.next()).toBeNull();
    expect((await running.api.get('/v1/stream')).status).toBe(503);
  });

  test('are listened for only while there are any, and shortly after', async () => {
    expect(running.isListening()).toBe(false);
    const client = await running.follow();
    expect(running.isListening()).toBe(true);
    client.leave();
    while (running.stream.clients() > 0) await running.pass(0);
    await running.pass(59_000);
    expect(running.isListening()).toBe(true);
    await running.pass(1_000);
    expect(running.isListening()).toBe(false);
  });

  test('whose key is no longer good are let go at the next heartbeat', async () => {
    const revoked = { isRevoked: false };
    const events = running.stream.open({
      filter: { project: 'shop', equals: {}, notEquals: {}, tags: [], compare: [] },
      lastEventId: null,
      stillAllowed: () => Promise.resolve(!revoked.isRevoked),
      signal: new AbortController().signal,
    });
    await events?.next();
    revoked.isRevoked = true;
    const ended = events?.next();
    await running.pass(HEARTBEAT);
    expect((await ended)?.done).toBe(true);
  });
});

test('the stream stands under both prefixes', async () => {
  const reply = await running.api.get('/api/v1/stream', { 'x-api-key': 'shop-key' }, 'HEAD');
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
});
