import type { ExporterTally } from '../../../ledger/index.js';
import { type Clock, waited } from '../../clock.js';
import { settle } from '../../counted.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../../exporter.js';
import type { SpoolFiles } from './spool-files.js';
import { createSpoolOwner, type SpoolProcess } from './spool-owner.js';
import { createSpoolQueue, type SpooledBatch } from './spool-queue.js';

export interface SpoolOptions {
  /** May be shared by processes of one machine or more. */
  readonly directory: string;
  /** Default: 256 MiB. For what finds no room the oldest is dropped, with a count. */
  readonly maxBytes?: number;
  /** What has waited for longer is dropped, with a count. Default: 7 days. */
  readonly maxAgeMillis?: number;
  readonly files: SpoolFiles;
  readonly process: SpoolProcess;
  readonly clock: Clock;
  readonly tally: ExporterTally;
  /** A fault of the disk. */
  readonly onError: (error: unknown) => void;
}

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_AGE_MILLIS = 7 * 86_400_000;
/** Between tries, where the exporter names no other time. */
const PAUSE_MILLIS = 5_000;
/** How often it is looked for what others have left. */
const CLAIM_MILLIS = 30_000;

/**
 * Keeps on disk what can't be delivered now, and sends it in order when it can, also after a restart and what a process
 * that is gone has left. `delivered` is told also of what lies on disk: the ledger, which is written here in place of
 * `counted`, knows it as spooled. A batch is sent again where the process ends between the answer and the removal of
 * its file; backends know spans by their ids.
 */
export const spooling = (exporter: Exporter, options: SpoolOptions): Exporter => {
  const { clock, directory, files, onError, process, tally } = options;
  const { maxAgeMillis = MAX_AGE_MILLIS, maxBytes = MAX_BYTES } = options;
  const owner = createSpoolOwner({ directory, files, clock, process });
  const queue = createSpoolQueue({ files, owner, clock, maxBytes });
  const closing = new AbortController();
  let writing: Promise<unknown> = Promise.resolve();
  let draining: Promise<void> | null = null;
  let closed: Promise<void> | null = null;
  /** Not to be evicted: what comes of it is not known yet. */
  let sending: SpooledBatch | null = null;
  let cancelClaim: () => void = () => undefined;

  const isClosing = (): boolean => closing.signal.aborted;

  /** Null: it is done with. */
  const sendOne = async (spooled: SpooledBatch): Promise<ExportOutcome | null> => {
    const { spanCount, spooledUnixMillis } = spooled;
    if (clock.unixMillis() - spooledUnixMillis > maxAgeMillis) {
      tally.unspooled(spanCount);
      tally.dropped(spanCount, 'spool_expired');
      await queue.remove(spooled);
      return null;
    }
    const batch = await queue.read(spooled);
    tally.unspooled(spanCount);
    if (typeof batch === 'string') {
      tally.dropped(spanCount, `spool_${batch}`);
      return null;
    }
    const outcome = await exporter.export(batch, closing.signal);
    if (outcome.status === 'retry') {
      tally.spooled(spanCount);
      return outcome;
    }
    settle(tally, clock, batch, outcome);
    await queue.remove(spooled);
    return null;
  };

  const drain = async (): Promise<void> => {
    for (let first = queue.first(); first !== undefined && !isClosing(); first = queue.first()) {
      try {
        sending = first;
        const outcome = await sendOne(first);
        sending = null;
        if (outcome?.status === 'retry') await waited(clock, outcome.afterMillis ?? PAUSE_MILLIS, closing.signal);
      } catch (error) {
        sending = null;
        onError(error);
        await waited(clock, PAUSE_MILLIS, closing.signal);
      }
    }
    draining = null;
  };

  const startDraining = (): void => {
    if (queue.length > 0 && !isClosing()) draining ??= drain();
  };

  const claim = async (): Promise<void> => {
    try {
      for (const { spanCount } of await queue.claim()) tally.recovered(spanCount);
    } catch (error) {
      onError(error);
    }
    startDraining();
    if (!isClosing())
      cancelClaim = clock.later(CLAIM_MILLIS, () => {
        claiming = claim();
      });
  };
  let claiming = claim();

  const makeRoom = async (batch: ExportBatch): Promise<boolean> => {
    const { evicted, fits } = queue.evictFor(batch, sending);
    for (const { spanCount } of evicted) {
      tally.unspooled(spanCount);
      tally.dropped(spanCount, 'spool_full');
    }
    for (const spooled of evicted) await queue.remove(spooled);
    return fits;
  };

  const addNow = async (batch: ExportBatch): Promise<ExportOutcome> => {
    try {
      if (await makeRoom(batch)) {
        await queue.add(batch);
        tally.spooled(batch.spanCount);
        startDraining();
        return { status: 'delivered' };
      }
    } catch (error) {
      onError(error);
    }
    tally.dropped(batch.spanCount, 'spool_full');
    return { status: 'rejected', rejectedSpans: batch.spanCount, reason: 'spool_full' };
  };

  /** One after the other, so that their order is that in which they came. */
  const add = (batch: ExportBatch): Promise<ExportOutcome> => {
    const added = writing.then(() => addNow(batch));
    writing = added;
    return added;
  };

  return {
    name: exporter.name,
    async export(batch, signal) {
      tally.started(batch.spanCount);
      if (queue.length > 0) return add(batch);
      const outcome = await exporter.export(batch, signal);
      if (outcome.status === 'retry') return add(batch);
      settle(tally, clock, batch, outcome);
      return outcome;
    },
    close() {
      closed ??= (async () => {
        closing.abort();
        cancelClaim();
        await claiming;
        cancelClaim();
        await writing;
        await draining;
        await owner.release();
        await exporter.close();
      })();
      return closed;
    },
  };
};
