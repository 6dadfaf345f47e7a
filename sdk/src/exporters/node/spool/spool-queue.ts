import { join } from 'node:path';

import type { Clock } from '../../clock.js';
import type { ExportBatch } from '../../exporter.js';
import type { SpoolFiles } from './spool-files.js';
import type { SpoolOwner } from './spool-owner.js';
import {
  decodeRecord,
  encodeRecord,
  parseRecordName,
  RECORD_OVERHEAD_BYTES,
  recordName,
  type RecordName,
} from './spool-record.js';

/** A batch on disk. */
export interface SpooledBatch extends RecordName {
  readonly path: string;
  readonly bytes: number;
}

export interface SpoolQueueOptions {
  readonly files: SpoolFiles;
  readonly owner: SpoolOwner;
  readonly clock: Clock;
  readonly maxBytes: number;
}

/** Batches on disk, in the order in which they came. */
export interface SpoolQueue {
  /** Rejects where the disk does. */
  add(batch: ExportBatch): Promise<void>;
  /** Takes out, of all but one, the oldest, so that there is room for a batch; their files stay. False: no room. */
  evictFor(
    batch: ExportBatch,
    kept: SpooledBatch | null,
  ): { readonly fits: boolean; readonly evicted: readonly SpooledBatch[] };
  first(): SpooledBatch | undefined;
  /** `corrupt`: it isn't what was written, and now lies aside; `missing`: it isn't there. */
  read(spooled: SpooledBatch): Promise<ExportBatch | 'corrupt' | 'missing'>;
  remove(spooled: SpooledBatch): Promise<void>;
  /** Takes over what others have left: the batches found. */
  claim(): Promise<readonly SpooledBatch[]>;
  readonly length: number;
}

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'ENOENT';

export const createSpoolQueue = ({ files, owner, clock, maxBytes }: SpoolQueueOptions): SpoolQueue => {
  let queue: SpooledBatch[] = [];
  let bytes = 0;
  let sequence = 0;
  let lastMillis = 0;

  const forget = (spooled: SpooledBatch): void => {
    const at = queue.indexOf(spooled);
    if (at < 0) return;
    queue.splice(at, 1);
    bytes -= spooled.bytes;
  };

  const found = async (folder: string): Promise<SpooledBatch[]> => {
    const names = await files.list(folder).catch(() => []);
    const batches = names.map(async (name): Promise<SpooledBatch[]> => {
      const path = join(folder, name);
      // A write that was cut off: its batch was in the memory of the process that is gone.
      if (name.endsWith('.tmp')) await files.remove(path).catch(() => undefined);
      const record = parseRecordName(name);
      if (record === null) return [];
      return [{ ...record, path, bytes: await files.sizeBytes(path).catch(() => 0) }];
    });
    return (await Promise.all(batches)).flat();
  };

  const write = async (name: string, record: Uint8Array): Promise<string> => {
    const path = join(await owner.folder(), name);
    try {
      await files.write(`${path}.tmp`, record);
      await files.rename(`${path}.tmp`, path);
      return path;
    } catch (error) {
      await files.remove(`${path}.tmp`).catch(() => undefined);
      throw error;
    }
  };

  const put = (name: string, record: Uint8Array): Promise<string> =>
    write(name, record).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      owner.lost();
      return write(name, record);
    });

  return {
    async add({ request, spanCount }) {
      const size = request.length + RECORD_OVERHEAD_BYTES;
      bytes += size;
      try {
        lastMillis = Math.max(lastMillis, clock.unixMillis());
        const record = recordName(lastMillis, ++sequence, spanCount);
        const path = await put(record.name, encodeRecord(request));
        queue.push({ ...record, path, bytes: size });
      } catch (error) {
        bytes -= size;
        throw error;
      }
    },
    evictFor({ request }, kept) {
      const size = request.length + RECORD_OVERHEAD_BYTES;
      if (size + (kept?.bytes ?? 0) > maxBytes) return { fits: false, evicted: [] };
      const evicted: SpooledBatch[] = [];
      for (const spooled of [...queue]) {
        if (bytes + size <= maxBytes) break;
        if (spooled === kept) continue;
        forget(spooled);
        evicted.push(spooled);
      }
      return { fits: true, evicted };
    },
    first: () => queue[0],
    async read(spooled) {
      const record = await files.read(spooled.path).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
        return null;
      });
      const request = record === null ? null : decodeRecord(record);
      if (request !== null) return { request, spanCount: spooled.spanCount };
      forget(spooled);
      if (record === null) return 'missing';
      await files.rename(spooled.path, `${spooled.path}.corrupt`).catch(() => undefined);
      return 'corrupt';
    },
    async remove(spooled) {
      forget(spooled);
      await files.remove(spooled.path);
    },
    async claim() {
      const claimed: SpooledBatch[] = [];
      for (const folder of await owner.claim()) claimed.push(...(await found(folder)));
      bytes += claimed.reduce((sum, each) => sum + each.bytes, 0);
      queue = [...queue, ...claimed].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
      return claimed;
    },
    get length() {
      return queue.length;
    },
  };
};
