import type { RedactionRule } from './config/index.js';
import type { RedactedRecord, RedactionCounts } from './redact/index.js';
import { redactionBy } from './redact-records.js';
import type { RedactThreadData, ThreadAnswer } from './redact-thread.js';
import type { IngestMetrics } from './telemetry/index.js';
import { type PreparedThread, prepareThread, remoteCalls } from './threads/index.js';

export type RedactOutcome =
  | { readonly status: 'redacted'; readonly record: RedactedRecord; readonly isChanged: boolean }
  /** It can't be read as it must be to find everything in it; the same bytes never can. */
  | { readonly status: 'refused' }
  /** The thread ended over it, or with it: it may be sent again. */
  | { readonly status: 'failed' };

/** Redacts what was decoded, before anything of it is kept. */
export interface RedactHost {
  /** `project`: the key's. Never rejects. */
  readonly redact: (record: RedactedRecord, project: string | null) => Promise<RedactOutcome>;
  /** By project as rules name it, what was replaced since the start. */
  readonly counts: () => Readonly<Record<string, RedactionCounts>>;
  close(): Promise<void>;
}

/** More than this takes the calling thread too long: some milliseconds. */
const INLINE_BYTES = 256 * 1024;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 768 };

interface Thread {
  readonly calls: ReturnType<typeof remoteCalls>;
  readonly end: () => Promise<unknown>;
  ended: boolean;
}

const isEnded = (error: unknown): boolean => (error as { code?: unknown }).code === 'THREAD_ENDED';

/** A thread for large bodies starts with the first of them, and anew after it died; its calls wait in line. */
export const createRedactHost = (
  rules: readonly RedactionRule[],
  metrics: Pick<IngestMetrics, 'redacted'>,
  prepare: () => PreparedThread<RedactThreadData> = () =>
    prepareThread(new URL('./redact-thread.js', import.meta.url), RESOURCE_LIMITS),
): RedactHost => {
  const { redact, redactions, concerns } = redactionBy(rules);
  const totals = new Map<string, Map<string, number>>();
  let thread: Thread | null = null;

  const count = (added: Readonly<Record<string, RedactionCounts>>): void => {
    for (const [project, counts] of Object.entries(added)) {
      const total = totals.get(project) ?? new Map<string, number>();
      totals.set(project, total);
      for (const [kind, times] of Object.entries(counts)) {
        total.set(kind, (total.get(kind) ?? 0) + times);
        metrics.redacted(project, kind, times);
      }
    }
  };

  const start = (): Thread => {
    const worker = prepare().begin({ rules });
    const started: Thread = { calls: remoteCalls(worker), end: () => worker.terminate(), ended: false };
    worker.unref();
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      started.ended = true;
    });
    return started;
  };

  const inThread = async (record: RedactedRecord, project: string | null): Promise<RedactedRecord> => {
    if (thread === null || thread.ended) thread = start();
    const { body } = record;
    // Of a view all of the buffer that it lies in would be copied.
    const sent = body.byteLength === body.buffer.byteLength ? record : { ...record, body: new Uint8Array(body) };
    const { counts, record: redacted } = await thread.calls.call<ThreadAnswer>('redact', sent, project);
    count(counts);
    return redacted ?? record;
  };

  const inline = (record: RedactedRecord, project: string | null): RedactedRecord => {
    try {
      return redact(record, project);
    } finally {
      count(redactions.takeCounts());
    }
  };

  return {
    async redact(record, project) {
      try {
        if (!concerns(record, project)) return { status: 'redacted', record, isChanged: false };
        const redacted = record.body.length > INLINE_BYTES ? await inThread(record, project) : inline(record, project);
        return { status: 'redacted', record: redacted, isChanged: redacted !== record };
      } catch (error) {
        return { status: isEnded(error) ? 'failed' : 'refused' };
      }
    },
    counts: () => Object.fromEntries([...totals].map(([project, total]) => [project, Object.fromEntries(total)])),
    async close() {
      await thread?.end();
    },
  };
};
