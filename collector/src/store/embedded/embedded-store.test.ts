import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import {
  CONTRACT_PRICES,
  DAY,
  NOON,
  type OpenStore,
  query,
  spanModel,
  spansArrive,
  traceIdOf,
  traceStoreContract,
  viewsContract,
} from '../contract/index.js';
import { TraceTooLarge } from '../trace-store.js';
import { openEmbeddedReader, openEmbeddedWriter } from './index.js';

const openIn = async (directory: string, views: { readonly smallTraceBytes?: number } = {}): Promise<OpenStore> => {
  const files = createDiskFiles();
  const writer = await openEmbeddedWriter({
    files,
    directory,
    retention: { days: 0, bytes: 0 },
    prices: CONTRACT_PRICES,
  });
  const reader = openEmbeddedReader({ files, directory, prices: CONTRACT_PRICES, ...views });
  const close = async (): Promise<void> => {
    await reader.close();
    await writer.close();
  };
  return {
    writer,
    reader,
    async reopen() {
      await close();
      return openIn(directory, views);
    },
    async destroy() {
      await close();
      await rm(directory, { recursive: true });
    },
  };
};

traceStoreContract('the embedded store', async () => openIn(await mkdtemp(join(tmpdir(), 'noveum-store-'))));

describe('the embedded store, where no trace is small', () => {
  viewsContract(async () => openIn(await mkdtemp(join(tmpdir(), 'noveum-store-')), { smallTraceBytes: 0 }), 'facts');
});

test('a trace with more payload than a reader takes is refused by name, and still listed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-store-'));
  const files = createDiskFiles();
  const store = await openIn(directory);
  const reader = openEmbeddedReader({ files, directory, maxTraceBytes: 500 });
  try {
    await store.writer.write(spansArrive([spanModel({ traceId: traceIdOf(1) })]));
    await store.writer.write(spansArrive([spanModel({ traceId: traceIdOf(2), name: 'x'.repeat(500) })]));
    expect(await reader.get('shop', traceIdOf(1))).toMatchObject({ span_count: 1 });
    await expect(reader.get('shop', traceIdOf(2))).rejects.toThrow(TraceTooLarge);
    expect(await store.reader.get('shop', traceIdOf(2))).toMatchObject({ span_count: 1 });
  } finally {
    await reader.close();
    await store.destroy();
  }
});

test('lists reach over more days than stand open', async () => {
  const store = await openIn(await mkdtemp(join(tmpdir(), 'noveum-store-')));
  const days = 70;
  try {
    for (let day = 0; day < days; day++) {
      const startUnixNano = NOON - BigInt(day) * DAY;
      const model = { traceId: traceIdOf(day), startUnixNano, endUnixNano: startUnixNano + BigInt(day % 7) };
      await store.writer.write(spansArrive([spanModel(model)]));
    }
    for (const field of ['start_time', 'duration_ms'] as const) {
      const page = await store.reader.find(query({ sort: { field, direction: 'desc' } }));
      expect([page.total, page.traces.length, page.traces[0]?.trace_key]).toEqual([
        days,
        days,
        traceIdOf(field === 'start_time' ? 0 : 6),
      ]);
    }
    expect(await store.reader.get('shop', traceIdOf(days - 1))).toMatchObject({ span_count: 1 });
    expect(await store.reader.usage('shop')).toMatchObject([{ traces: days }]);
  } finally {
    await store.destroy();
  }
}, 60_000);
