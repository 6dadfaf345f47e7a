import { randomUUID } from 'node:crypto';

import { type CollectorConfig, dataPathsOf } from './config/index.js';
import type { Files } from './files/index.js';
import { instanceIdIn } from './forward/index.js';
import type { MetaStore } from './meta/index.js';
import { createSenders, type Senders } from './senders/index.js';
import { storedIn } from './stored-in.js';
import type { Telemetry } from './telemetry/index.js';

export interface OpenSendersOptions {
  readonly config: CollectorConfig;
  readonly files: Files;
  readonly metaStore: MetaStore;
  readonly telemetry: Telemetry;
}

/** A data directory has one collector; an index is shared by many, each known by what forwarding too calls it. */
const OWN_FILE = 'own';

/** The senders that the collector hears of, kept where the keys are. */
export const openSenders = async ({ config, files, metaStore, telemetry }: OpenSendersOptions): Promise<Senders> => {
  const isShared = storedIn(config).kind !== 'embedded';
  const paths = dataPathsOf(config.dataDir);
  if (isShared) await files.makeDirectory(paths.forward);
  return createSenders({
    store: metaStore,
    collector: isShared ? await instanceIdIn(files, paths.forward, randomUUID) : OWN_FILE,
    isShared,
    observe: {
      invalid: () => telemetry.senders.invalid(),
      forgotten: (count) => telemetry.senders.forgotten(count),
      saveFailed: (error, isFirst) => {
        telemetry.senders.saveFailed();
        if (isFirst)
          telemetry.log.warn({ err: error }, 'what is known of senders could not be saved; it is tried again');
      },
    },
    now: Date.now,
    later: (millis, task) => {
      const timer = setTimeout(task, millis);
      return () => {
        clearTimeout(timer);
      };
    },
  });
};
