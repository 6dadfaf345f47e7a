import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

import { createPriceBook } from 'noveum-proto/pricing';

import { type CollectorConfig, dataPathsOf, type ElasticsearchConfig } from './config/index.js';
import { createDiskFiles } from './files/index.js';
import { openEmbeddedMetaStore } from './meta/index.js';
import { migrateKeys } from './migrate-keys.js';
import { openOwnWriter } from './open-own-writer.js';
import { isStorageFault } from './store-fault.js';
import { openElasticsearchKeys, openHeldCounts } from './store/elasticsearch/index.js';
import { openErasedTraces, openStoredTraces } from './store/embedded/index.js';
import type { MigrateReport, MigrateStep } from './store/index.js';
import { migrate, openProgress } from './store/migrate/index.js';
import { createTellFacts } from './tell-facts.js';

export interface MigrateRequest {
  /** Only compares. */
  readonly isCheckOnly: boolean;
  /** Whether a collector runs on the directory, which is left half of the time then. */
  readonly isCollectorRunning: () => Promise<boolean>;
}

const SHARE_BESIDE_COLLECTOR = 0.5;
const ASK_EVERY_MILLIS = 5_000;

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

const copyKeys = async (path: string, elasticsearch: ElasticsearchConfig): Promise<number> => {
  if (!existsSync(path)) return 0;
  const from = openEmbeddedMetaStore({ path });
  const to = openElasticsearchKeys(elasticsearch);
  try {
    return await migrateKeys(from, to);
  } finally {
    await from.close();
    await to.close();
  }
};

/** Copies a directory's embedded store into Elasticsearch, whether or not a collector runs on it. */
export const migrateStored = async (
  config: CollectorConfig,
  request: MigrateRequest,
  onStep: (step: MigrateStep) => void,
  signal: AbortSignal,
): Promise<MigrateReport> => {
  const { dataDir, elasticsearch } = config;
  const { meta, migration, store: directory } = dataPathsOf(dataDir);
  if (elasticsearch === null) throw new Error('no Elasticsearch is configured');
  if (!existsSync(directory)) throw new Error(`${dataDir} holds no embedded store`);
  const prices = createPriceBook({ own: config.prices });
  const { ready, writer } = openOwnWriter(config, elasticsearch, prices);
  const held = openHeldCounts(elasticsearch);
  const stored = openStoredTraces(createDiskFiles(), directory);
  let isRunning = await request.isCollectorRunning();
  const asking = setInterval(() => {
    request.isCollectorRunning().then(
      (running) => {
        isRunning = running;
      },
      // Whoever can't be asked may be there.
      () => {
        isRunning = true;
      },
    );
  }, ASK_EVERY_MILLIS);
  try {
    await ready();
    // The system gives a running collector the processor first.
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
    const keys = request.isCheckOnly ? 0 : await copyKeys(meta, elasticsearch);
    const report = await migrate({
      stored,
      target: {
        write: (fragments) => writer.write(fragments),
        erase: (erasure) => writer.erase(erasure),
        erasedAmong: (places) => writer.erasedAmong(places),
        maintain: (nowMillis) => writer.maintain(nowMillis),
        refresh: () => held.refresh(),
        counts: (places) => held.counts(places),
        traces: () => held.traces(),
      },
      progress: await openProgress(migration, await held.name()),
      openErased: () => openErasedTraces(directory),
      isCheckOnly: request.isCheckOnly,
      tellFacts: createTellFacts(prices),
      isStorageFault,
      workShare: () => (isRunning ? SHARE_BESIDE_COLLECTOR : 1),
      onStep,
      signal,
      now: Date.now,
      pause,
      newId: randomUUID,
    });
    return { ...report, keys };
  } finally {
    clearInterval(asking);
    await stored.close();
    await held.close();
    await writer.close();
  }
};
