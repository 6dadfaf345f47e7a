import type { ForwardEndpoint } from '../config/index.js';
import type { BacklogReader, JournalPosition, JournalRecord } from '../journal/index.js';
import { retryDelayMillis } from './retry-delay.js';
import type { Sender, SendOutcome } from './send.js';
import { createTally, type ForwardCounts } from './tally.js';
import type { PendingPart, PendingRequest } from './to-requests.js';

export type ForwardState = 'ok' | 'retrying' | 'misconfigured';

export interface EndpointReport {
  readonly name: string;
  /** All before it was taken, refused for good or dropped. */
  readonly position: JournalPosition;
  readonly state: ForwardState;
  /** Of the last request that failed, while it fails. */
  readonly code: string | null;
  readonly lagBytes: number;
  /** When the oldest record came that waits; null: none does. */
  readonly waitingSinceMillis: number | null;
  /** Since the report before. */
  readonly counts: ForwardCounts;
}

/** A record that an endpoint will never take: what may be told of it. */
export interface RefusedRecord {
  readonly name: string;
  readonly code: string;
  readonly format: JournalRecord['format'];
  readonly receivedAtMillis: number;
  readonly bytes: number;
}

export interface EndpointOptions {
  readonly endpoint: Pick<ForwardEndpoint, 'name' | 'maxSpoolBytes' | 'maxSpoolSeconds'>;
  readonly reader: BacklogReader;
  readonly start: JournalPosition;
  readonly sender: Sender;
  readonly toRequests: (records: readonly JournalRecord[]) => PendingRequest[];
  readonly onRefused: (record: RefusedRecord) => void;
  readonly now: () => number;
  readonly random: () => number;
  /** Runs the task once after so long, unless what it returns is called before; default: a timer. */
  readonly later?: (millis: number, task: () => void) => () => void;
}

/** Journal → one endpoint, in order, one request at a time. */
export interface RunningEndpoint {
  /** Records up to `end` are durable now. */
  advance(end: JournalPosition): void;
  /** The disk is full: what lies in files up to this one is dropped. */
  dropThrough(file: number): void;
  report(): Promise<EndpointReport>;
  /** Ends with the request under way, at the signal's abort without it. */
  close(signal: AbortSignal): Promise<void>;
}

const BATCH_BYTES = 4 * 1024 * 1024;
/** Between requests while little comes, so that small ones share them. */
const GATHER_MILLIS = 100;
/** How often the bounds are looked at while an endpoint is away. */
const TICK_MILLIS = 1_000;

const isBefore = (a: JournalPosition, b: JournalPosition): boolean =>
  a.file < b.file || (a.file === b.file && a.offset < b.offset);

const runLater = (millis: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, millis);
  return () => {
    clearTimeout(timer);
  };
};

const sum = (parts: readonly PendingPart[], count: 'items' | 'records' | 'recordBytes'): number =>
  parts.reduce((total, part) => total + part[count], 0);

export const startEndpoint = (options: EndpointOptions): RunningEndpoint => {
  const { endpoint, reader, sender, toRequests, onRefused, now, random, later = runLater } = options;
  const { name, maxSpoolBytes } = endpoint;
  const maxSpoolMillis = endpoint.maxSpoolSeconds * 1000;
  const tally = createTally();
  let position = options.start;
  let end = options.start;
  /** Read and not sent, oldest first; all of it lies between `position` and `pendingEnd`. */
  let pending: PendingRequest[] = [];
  let pendingEnd = options.start;
  let dropFile = 0;
  let state: ForwardState = 'ok';
  let code: string | null = null;
  let failures = 0;
  let retryAtMillis = 0;
  let closing: AbortSignal | null = null;
  let underWay = new AbortController();
  let nextCheckMillis = 0;
  let wake: () => void = () => undefined;
  let isIdle = false;

  const sleep = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = later(millis, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });

  const isBehind = (): boolean => isBefore(position, end);

  const dropParts = (parts: readonly PendingPart[]): void => {
    tally.add('droppedRecords', sum(parts, 'records'));
    tally.add('droppedBytes', sum(parts, 'recordBytes'));
  };

  const settle = (): void => {
    if (pending.length === 0) position = pendingEnd;
  };

  /** What came too long ago is dropped, part by part. */
  const expire = (): void => {
    const oldest = now() - maxSpoolMillis;
    if (!pending.some(({ parts }) => parts.some(({ receivedAtMillis }) => receivedAtMillis < oldest))) return;
    pending = pending.flatMap((request) => {
      dropParts(request.parts.filter(({ receivedAtMillis }) => receivedAtMillis < oldest));
      const parts = request.parts.filter(({ receivedAtMillis }) => receivedAtMillis >= oldest);
      return parts.length === 0 ? [] : [{ ...request, parts }];
    });
    settle();
  };

  const fill = async (maxBytes: number): Promise<void> => {
    const limit = end;
    const batch = await reader.read(position, limit, maxBytes);
    if (batch === null) {
      pendingEnd = limit;
    } else {
      if (batch.corrupt > 0) tally.add('unreadableRecords', batch.corrupt);
      pending = toRequests(batch.records);
      pendingEnd = batch.end;
    }
    expire();
    settle();
  };

  const backlogBytes = (): Promise<number> => (isBehind() ? reader.backlogBytes(position, end) : Promise.resolve(0));

  /** Beyond the bounds the oldest goes; what is under way first, as it is the oldest. */
  const keepWithinBounds = async (): Promise<void> => {
    expire();
    while (isBehind()) {
      const isInTheWay = position.file <= dropFile && position.file < end.file;
      const beyondBytes = isInTheWay ? BATCH_BYTES : (await backlogBytes()) - maxSpoolBytes;
      if (beyondBytes <= 0) return;
      if (pending.length === 0) await fill(Math.min(BATCH_BYTES, beyondBytes));
      for (const { parts } of pending) dropParts(parts);
      pending = [];
      settle();
    }
  };

  const fail = (outcome: Extract<SendOutcome, { readonly status: 'retry' | 'misconfigured' }>): void => {
    failures++;
    tally.add('retries', 1);
    state = outcome.status === 'retry' ? 'retrying' : 'misconfigured';
    code = outcome.code;
    retryAtMillis = now() + retryDelayMillis(outcome, failures, random);
  };

  /** In halves, down to the record that the endpoint does not take. */
  const divide = (request: PendingRequest, refusal: string): void => {
    const { parts } = request;
    const [first] = parts;
    if (parts.length > 1) {
      const half = Math.ceil(parts.length / 2);
      const halves = [parts.slice(0, half), parts.slice(half)].map((each) => ({ ...request, parts: each }));
      pending.splice(0, 1, ...halves);
      return;
    }
    pending.shift();
    if (first === undefined) return;
    tally.add('rejectedItems', first.items);
    const { format, receivedAtMillis, body } = first;
    onRefused({ name, code: refusal, format, receivedAtMillis, bytes: body.length });
  };

  const sendFirst = async (request: PendingRequest): Promise<void> => {
    const bodies = request.parts.map(({ body }) => body);
    const outcome = await sender.send({ signal: request.signal, bodies, via: request.via }, underWay.signal);
    if (outcome.status === 'retry' || outcome.status === 'misconfigured') {
      fail(outcome);
      return;
    }
    failures = 0;
    state = 'ok';
    code = null;
    if (outcome.status === 'refused') divide(request, outcome.code);
    else {
      pending.shift();
      const items = sum(request.parts, 'items');
      const rejected = Math.min(items, outcome.rejectedItems);
      tally.add('rejectedItems', rejected);
      tally.add(request.signal === 'traces' ? 'sentSpans' : 'sentLogs', items - rejected);
    }
    settle();
  };

  const step = async (): Promise<void> => {
    if (underWay.signal.aborted) underWay = new AbortController();
    if (failures > 0 || dropFile > 0 || now() >= nextCheckMillis) {
      await keepWithinBounds();
      dropFile = 0;
      nextCheckMillis = now() + TICK_MILLIS;
    }
    const wait = retryAtMillis - now();
    if (failures > 0 && wait > 0) {
      await sleep(Math.min(TICK_MILLIS, wait));
      return;
    }
    const [request] = pending;
    if (request !== undefined) {
      await sendFirst(request);
      if (pending.length === 0 && !isBehind()) await sleep(GATHER_MILLIS);
    } else if (isBehind()) await fill(BATCH_BYTES);
    else {
      isIdle = true;
      await sleep(TICK_MILLIS);
      isIdle = false;
    }
  };

  const run = async (): Promise<void> => {
    while (closing === null) {
      try {
        await step();
      } catch (error) {
        // The disk's fault: reading is tried again.
        state = 'retrying';
        code = (error as { code?: string }).code ?? (error as Error).name;
        await sleep(TICK_MILLIS);
      }
    }
  };
  const running = run();

  return {
    advance(to) {
      end = to;
      if (isIdle) wake();
    },
    dropThrough(file) {
      dropFile = file;
      underWay.abort();
      wake();
    },
    async report() {
      const waitingSinceMillis = pending[0]?.parts[0]?.receivedAtMillis ?? null;
      const lagBytes = await backlogBytes().catch(() => 0);
      return { name, position, state, code, lagBytes, waitingSinceMillis, counts: tally.take() };
    },
    async close(signal) {
      closing = signal;
      const abort = (): void => {
        underWay.abort();
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
      wake();
      await running;
      sender.close();
      await reader.close();
    },
  };
};
