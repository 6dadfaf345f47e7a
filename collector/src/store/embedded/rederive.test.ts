import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Prices, TraceSummary } from 'noveum-proto';
import { createPriceBook } from 'noveum-proto/pricing';

import { createDiskFiles } from '../../files/index.js';
import { createRederiveTools, rederiveAll } from '../../rederive.js';
import {
  CONTRACT_PRICES,
  DAY,
  nativeArrives,
  NOON,
  query,
  spanIdOf,
  spanModel,
  spansArrive,
  traceIdOf,
} from '../contract/index.js';
import type { RederivePlace, RederiveRequest } from '../index.js';
import { daysDerivedOtherwise, openEmbeddedReader, openEmbeddedWriter } from './index.js';

const files = createDiskFiles();
const NEVER = new AbortController().signal;
const ALL: RederiveRequest = { project: null, sinceMillis: 0, untilMillis: null, dryRun: false };
const DEARER = createPriceBook({ own: [{ model: 'gpt-4o', input: 1000, output: 1000 }] });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-rederive-'));
});
afterEach(() => rm(directory, { recursive: true }));

const chat = (number: number, changes: Parameters<typeof spanModel>[0] = {}) =>
  spanModel({
    traceId: traceIdOf(number),
    spanId: spanIdOf(number),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'user.id': 'ada',
    },
    ...changes,
  });

const opened = async <T>(
  prices: Prices,
  work: (store: Awaited<ReturnType<typeof openEmbeddedWriter>>) => Promise<T>,
): Promise<T> => {
  const store = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 }, prices });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const rederive = (request: Partial<RederiveRequest> = {}, prices: Prices = CONTRACT_PRICES) =>
  opened(prices, (store) => {
    const tools = createRederiveTools(prices, () => performance.now());
    const step = (wanted: RederiveRequest, from: RederivePlace | null) => store.rederive(wanted, from, tools);
    return rederiveAll(step, { ...ALL, ...request }, () => undefined, NEVER);
  });

const reading = async <T>(
  prices: Prices,
  work: (reader: ReturnType<typeof openEmbeddedReader>) => Promise<T>,
): Promise<T> => {
  const reader = openEmbeddedReader({ files, directory, prices });
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
};

const listed = (prices: Prices = CONTRACT_PRICES): Promise<readonly TraceSummary[]> =>
  reading(prices, async (reader) => (await reader.find(query({}))).traces);

/** As if a version of the rules that knew nothing of calls had written the rows. */
const forgetDerivations = (day: string): void => {
  const database = new DatabaseSync(join(directory, `${day}.sqlite`));
  database.exec(`UPDATE trace SET tokens = 7, input_tokens = NULL, output_tokens = NULL, cost = NULL, user = 'nobody'`);
  database.exec(`UPDATE kind SET models = NULL, providers = 'someone', types = 'span', has_gen_ai = 0`);
  database.exec(`UPDATE meta SET value = 'rules 0' WHERE name = 'derivation'`);
  database.close();
};

const sums = (day: string): unknown => {
  const database = new DatabaseSync(join(directory, `${day}.sqlite`), { readOnly: true });
  const rows = database
    .prepare(
      'SELECT traces, spans, errors, tokens, input_tokens, output_tokens, round(cost, 9) AS cost, users FROM rollup',
    )
    .all();
  database.close();
  return rows;
};

const DAY_NAME = '2026-11-20';
const NATIVE = {
  trace_id: 'b7c2e1d0-0000-4000-8000-00000000000a',
  name: 'native',
  start_time: '2026-11-20T11:00:00Z',
  end_time: '2026-11-20T11:00:01Z',
  spans: [
    {
      span_id: 'a',
      name: 'llm',
      start_time: '2026-11-20T11:00:00Z',
      end_time: '2026-11-20T11:00:01Z',
      attributes: { 'llm.model': 'gpt-4o', 'llm.provider': 'openai', 'llm.input_tokens': 10, 'llm.output_tokens': 5 },
    },
  ],
};

const fill = () =>
  opened(CONTRACT_PRICES, async (store) => {
    for (let number = 1; number <= 3; number++) await store.write(spansArrive([chat(number)]));
    await store.write(nativeArrives([NATIVE]));
  });

test('rows are what they would be if they came now, and their sums with them', async () => {
  await fill();
  const [before, summed] = [await listed(), sums(DAY_NAME)];
  forgetDerivations(DAY_NAME);
  expect(await listed()).not.toEqual(before);

  const report = await rederive();
  expect(report).toMatchObject({ traces: 4, changed: 4, failed: 0, tokens: { before: 28, after: 3315 } });
  expect(Object.keys(report.fields).sort()).toEqual([
    'models',
    'providers',
    'span_types',
    'total_cost',
    'total_input_tokens',
    'total_output_tokens',
    'total_tokens',
    'user_id',
  ]);
  expect(await listed()).toEqual(before);
  // Hours whose users changed are counted anew: `nobody` is gone from them.
  expect(sums(DAY_NAME)).toEqual(summed);
  expect(await rederive()).toMatchObject({ traces: 4, changed: 0, fields: {} });
});

test('a dry run says the same and changes nothing', async () => {
  await fill();
  forgetDerivations(DAY_NAME);
  const [before, summed] = [await listed(), sums(DAY_NAME)];
  const dry = await rederive({ dryRun: true });
  expect(await listed()).toEqual(before);
  expect(sums(DAY_NAME)).toEqual(summed);
  expect(await rederive()).toEqual(dry);
});

test('other prices are those of lists, documents and sums', async () => {
  await fill();
  const report = await rederive({}, DEARER);
  expect(report).toMatchObject({ traces: 4, changed: 4, fields: { total_cost: 4 } });
  expect(report.cost.after).toBeCloseTo(3.315, 9);
  const summaries = await listed(DEARER);
  expect(summaries.map(({ attributes }) => attributes.total_cost)).toEqual([1.1, 1.1, 1.1, 0.015]);
  await reading(DEARER, async (reader) => {
    for (const { project, attributes, trace_key: key } of summaries)
      expect((await reader.get(project, key))?.attributes).toEqual(attributes);
  });
  expect(JSON.stringify(sums(DAY_NAME))).toContain('"cost":3.3,');
});

test('only what is meant: by time, by project', async () => {
  await opened(CONTRACT_PRICES, async (store) => {
    for (let back = 0; back < 4; back++) {
      const startUnixNano = NOON - BigInt(back) * DAY;
      const span = chat(back, { startUnixNano, endUnixNano: startUnixNano + 1n });
      await store.write(spansArrive([span], { project: back % 2 === 0 ? 'shop' : 'bank' }));
    }
  });
  const millis = (back: number) => Number((NOON - BigInt(back) * DAY) / 1_000_000n);
  const changedBy = async (request: Partial<RederiveRequest>) =>
    (await rederive({ ...request, dryRun: true }, DEARER)).changed;
  expect(await changedBy({})).toBe(4);
  expect(await changedBy({ sinceMillis: millis(2) })).toBe(3);
  expect(await changedBy({ sinceMillis: millis(2) + 1 })).toBe(2);
  expect(await changedBy({ sinceMillis: millis(2), untilMillis: millis(0) })).toBe(2);
  expect(await changedBy({ project: 'bank' })).toBe(2);
  expect(await changedBy({ project: 'nobody' })).toBe(0);
});

test('a day remembers by what it was derived, until all of it is derived anew', async () => {
  await fill();
  const otherDays = (prices: Prices) => daysDerivedOtherwise(files, directory, prices.version);
  expect(await otherDays(CONTRACT_PRICES)).toEqual([]);
  expect(await otherDays(DEARER)).toEqual([DAY_NAME]);
  await rederive({ dryRun: true }, DEARER);
  await rederive({ project: 'bank' }, DEARER);
  expect(await otherDays(DEARER)).toEqual([DAY_NAME]);
  await rederive({}, DEARER);
  expect(await otherDays(DEARER)).toEqual([]);
  expect(await otherDays(CONTRACT_PRICES)).toEqual([DAY_NAME]);
});

test('writes go on between steps, and what comes for a trace that was derived anew joins it', async () => {
  const tools = createRederiveTools(DEARER, () => performance.now());
  await fill();
  await opened(DEARER, async (store) => {
    // In the writer's memory as they were written.
    await store.write(spansArrive([chat(4)]));
    const later = chat(1, { spanId: spanIdOf(11), parentSpanId: spanIdOf(1) });
    let place: RederivePlace | null = null;
    do place = (await store.rederive(ALL, place, { ...tools, now: Date.now })).next;
    while (place !== null);
    await store.write(spansArrive([later]));
  });
  await reading(DEARER, async (reader) => {
    const [summary] = (await reader.find(query({}))).traces.filter(({ trace_key: key }) => key === traceIdOf(1));
    const document = await reader.get('shop', traceIdOf(1));
    expect(summary).toMatchObject({ span_count: 2, attributes: document?.attributes });
  });
});

test('a trace that cannot be read is counted, and stops nobody', async () => {
  await fill();
  const database = new DatabaseSync(join(directory, `${DAY_NAME}.sqlite`));
  database.exec('UPDATE fragment SET offset = 0, length = 3 WHERE trace = 2');
  database.close();
  expect(await rederive({}, DEARER)).toMatchObject({ traces: 4, changed: 3, failed: 1 });
  expect(await daysDerivedOtherwise(files, directory, DEARER.version)).toEqual([DAY_NAME]);
});

test('the signal ends it between two steps; what was done stays, and it can be done again', async () => {
  await fill();
  const cancelled = new AbortController();
  await opened(DEARER, async (store) => {
    // A clock that runs so fast that each step takes one trace.
    let time = 0;
    const tools = { ...createRederiveTools(DEARER, () => 0), now: () => (time += 20) };
    const step = async (request: RederiveRequest, from: RederivePlace | null) => {
      const taken = await store.rederive(request, from, tools);
      if (taken.report.traces > 0) cancelled.abort(new Error('enough'));
      return taken;
    };
    await expect(rederiveAll(step, ALL, () => undefined, cancelled.signal)).rejects.toThrow('enough');
  });
  expect(await rederive({}, DEARER)).toMatchObject({ traces: 4, changed: 3 });
});
