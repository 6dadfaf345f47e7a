import { Worker } from 'node:worker_threads';

import type { PartHealth } from './api/index.js';
import type { ForwardEndpoint } from './config/index.js';
import type { Cursors, EndpointReport, RefusedRecord } from './forward/index.js';
import type { ForwardThreadData } from './forward-thread.js';
import type { Journal, JournalPosition, Keep } from './journal/index.js';
import type { Telemetry } from './telemetry/index.js';
import { remoteCalls } from './threads/index.js';

export interface ForwardHostOptions {
  readonly endpoints: readonly ForwardEndpoint[];
  /** Where each stood at the last stop; a new one begins at the journal's end. */
  readonly known: ReadonlyMap<string, JournalPosition>;
  readonly cursors: Cursors;
  readonly cursorDirectory: string;
  readonly instanceId: string;
  readonly journal: Journal;
  readonly keep: Keep;
  readonly journalDirectory: string;
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

/** Keeps a thread running that forwards, and has the journal keep what is not forwarded yet. */
export interface ForwardHost {
  /** One part an endpoint; none of them is the collector's own health. */
  parts(): Readonly<Record<string, PartHealth>>;
  /** What lies in the journal's files up to this one is dropped where it is not forwarded yet. */
  dropThrough(file: number): void;
  /** Ends with the requests under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

type ForwardMessage =
  | { readonly type: 'reports'; readonly reports: readonly EndpointReport[] }
  | { readonly type: 'refused'; readonly record: RefusedRecord }
  | { readonly type: 'cursor-fault'; readonly code: string }
  | { readonly type: 'answer' | 'failure' };

const RESTART_MILLIS = 1_000;
const LOG_MILLIS = 1_000;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const oldestOf = (positions: readonly JournalPosition[], end: JournalPosition): JournalPosition =>
  positions.reduce((oldest, each) => (isBefore(each, oldest) ? each : oldest), end);

export const startForwardHost = async (options: ForwardHostOptions): Promise<ForwardHost> => {
  const { endpoints, known, cursors, cursorDirectory, instanceId, journal, keep, journalDirectory } = options;
  const { now, telemetry } = options;
  const { log } = telemetry;
  const positions = new Map<string, JournalPosition>();
  const latest = new Map<string, EndpointReport>();
  const toldAtMillis = new Map<string, number>();
  let closing = false;

  for (const { name } of endpoints) {
    const position = known.get(name) ?? journal.end();
    if (!known.has(name)) await cursors.save(name, position);
    positions.set(name, position);
  }

  const lagSecondsOf = ({ waitingSinceMillis }: EndpointReport): number =>
    waitingSinceMillis === null ? 0 : Math.max(0, now() - waitingSinceMillis) / 1000;

  const noteReport = (report: EndpointReport): void => {
    const { name, position, state, code, lagBytes, counts } = report;
    const before = latest.get(name)?.state ?? 'ok';
    latest.set(name, report);
    positions.set(name, position);
    telemetry.forward.forwarded({
      endpoint: name,
      isFailing: state !== 'ok',
      lagBytes,
      lagSeconds: lagSecondsOf(report),
      ...counts,
    });
    if (state !== before) log[state === 'ok' ? 'info' : 'warn']({ endpoint: name, state, code }, 'forwarding');
    const { droppedRecords, droppedBytes } = counts;
    if (droppedRecords > 0)
      log.warn(
        { endpoint: name, droppedRecords, droppedBytes },
        'an endpoint was away for too long; the oldest is lost',
      );
  };

  const noteReports = (reports: readonly EndpointReport[]): void => {
    reports.forEach(noteReport);
    const oldest = oldestOf([...positions.values()], journal.end());
    keep(oldest);
    const { code, keptFiles } = journal.health();
    // What the store has is worth less than what a sender wants to send now.
    if (code === 'ENOSPC' && keptFiles > 0) thread.dropThrough(oldest.file);
  };

  /** Never a line for each: the counts are in the metrics. */
  const noteRefused = ({ name, ...record }: RefusedRecord): void => {
    if (now() - (toldAtMillis.get(name) ?? 0) < LOG_MILLIS) return;
    toldAtMillis.set(name, now());
    log.warn({ endpoint: name, ...record }, 'an endpoint refused a request for good; the rest goes on');
  };

  const startThread = () => {
    const data: ForwardThreadData = {
      journalDirectory,
      cursorDirectory,
      instanceId,
      endpoints: endpoints.map((endpoint) => ({ endpoint, start: positions.get(endpoint.name) ?? journal.end() })),
    };
    const worker = new Worker(new URL('./forward-thread.js', import.meta.url), {
      workerData: data,
      resourceLimits: RESOURCE_LIMITS,
    });
    const calls = remoteCalls(worker);
    let fault: unknown = null;
    worker.on('message', (message: ForwardMessage) => {
      if (message.type === 'reports') noteReports(message.reports);
      else if (message.type === 'refused') noteRefused(message.record);
      else if (message.type === 'cursor-fault')
        log.error({ code: message.code }, 'how far an endpoint has got could not be saved; it is tried again');
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', () => {
      if (closing) return;
      log.error({ err: fault }, 'forwarding has stopped and is started again');
      setTimeout(() => {
        if (!closing) thread = startThread();
      }, RESTART_MILLIS);
    });
    worker.postMessage({ type: 'advance', end: journal.end() });
    return {
      advance: (end: JournalPosition) => {
        worker.postMessage({ type: 'advance', end });
      },
      dropThrough: (file: number) => {
        worker.postMessage({ type: 'drop-through', file });
      },
      close: async (withinMillis: number) => {
        await calls.call('close', withinMillis).catch(() => undefined);
        await worker.terminate();
      },
    };
  };

  keep(oldestOf([...positions.values()], journal.end()));
  let thread = startThread();
  journal.onDurable((end) => {
    thread.advance(end);
  });

  const partOf = (name: string): PartHealth => {
    const report = latest.get(name);
    if (report === undefined) return { status: 'healthy', code: null, isApart: true };
    const { state, code, lagBytes } = report;
    const details = { state, lagBytes, lagSeconds: lagSecondsOf(report) };
    return { status: state === 'ok' ? 'healthy' : 'degraded', code, details, isApart: true };
  };

  return {
    parts: () => Object.fromEntries(endpoints.map(({ name }) => [`forward.${name}`, partOf(name)])),
    dropThrough: (file) => {
      const oldest = oldestOf([...positions.values()], journal.end());
      if (oldest.file <= file) thread.dropThrough(file);
    },
    async close(withinMillis) {
      closing = true;
      await thread.close(withinMillis);
    },
  };
};
