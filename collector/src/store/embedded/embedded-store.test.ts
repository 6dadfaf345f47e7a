import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import { type OpenStore, traceStoreContract } from '../contract/index.js';
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
