import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import { type OpenStore, spanModel, spansArrive, traceIdOf, traceStoreContract } from '../contract/index.js';
import { TraceTooLarge } from '../trace-store.js';
import { openEmbeddedReader, openEmbeddedWriter } from './index.js';

const openIn = async (directory: string): Promise<OpenStore> => {
  const files = createDiskFiles();
  const writer = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 } });
  const reader = openEmbeddedReader({ files, directory });
  const close = async (): Promise<void> => {
    await reader.close();
    await writer.close();
  };
  return {
    writer,
    reader,
    async reopen() {
      await close();
      return openIn(directory);
    },
    async destroy() {
      await close();
      await rm(directory, { recursive: true });
    },
  };
};

traceStoreContract('the embedded store', async () => openIn(await mkdtemp(join(tmpdir(), 'noveum-store-'))));

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
