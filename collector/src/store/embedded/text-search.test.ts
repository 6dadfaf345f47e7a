import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles } from '../../files/index.js';
import { textsOfFragment } from '../../normalise/index.js';
import { type OpenStore, textContract } from '../contract/index.js';
import { openEmbeddedReader, openEmbeddedWriter, openStoredTraces } from './index.js';
import { openTextWriter } from './text/index.js';

/** A store whose texts are indexed as they are written, but for what came last: every other write is left for later. */
const openIndexed = async (): Promise<OpenStore> => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-text-search-'));
  const files = createDiskFiles();
  const writer = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 } });
  const reader = openEmbeddedReader({ files, directory, hasTextIndex: true, fewTraces: 0 });
  const texts = await openTextWriter({ files, directory, nowMillis: () => 0 });
  const stored = openStoredTraces(files, directory);
  let position = 0n;
  return {
    reader,
    writer: {
      ...writer,
      async write(fragments) {
        const report = await writer.write(fragments);
        for (const fragment of fragments) {
          const { project, receivedAtMillis, traceKey } = fragment;
          const place = await stored.find(project, traceKey, 0);
          if (place === null) throw new Error('the store has not what it was given');
          texts.add([{ ...place, project, traceKey, texts: textsOfFragment(fragment) }], ++position);
          texts.receivedTo(receivedAtMillis);
        }
        if (position % 2n === 0n) texts.commit();
        return report;
      },
    },
    async destroy() {
      texts.close();
      await stored.close();
      await reader.close();
      await writer.close();
      await rm(directory, { recursive: true });
    },
  };
};

describe.each(['facts', 'payload'] as const)('the embedded store with an index of texts, told by %s', (framing) => {
  textContract(openIndexed, framing);
});
