import type { TraceFragment } from '../../src/store/index.js';
import { createTraceAnswers } from '../../src/query/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { createChangeNotes, createTraceStream, type TraceStream } from '../../src/stream/index.js';
import { type EventClient, followEvents } from './event-client.js';
import { type RunningApi, startApi } from './running-api.js';

export interface RunningStream {
  readonly stream: TraceStream;
  readonly api: RunningApi;
  /** How many traces each read was asked for. */
  readonly reads: readonly number[];
  /** Whether anybody wants to be told. */
  isListening(): boolean;
  /** Stores, and tells who listens. */
  write(fragments: readonly TraceFragment[]): Promise<void>;
  /** Tells of new traces of the shop that are not stored. */
  tell(traceKeys: readonly string[]): void;
  /** The thread that tells has died and come back. */
  lose(): void;
  /** Lets so much time pass. */
  pass(millis: number): Promise<void>;
  /** By key; resolves once the client is listened to. */
  follow(search?: string, headers?: Readonly<Record<string, string>>): Promise<EventClient>;
  close(): Promise<void>;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told. */
const createClock = () => {
  let now = 0;
  let tasks: readonly Task[] = [];
  return {
    now: () => now,
    later: (millis: number, run: () => void) => {
      const task = { at: now + millis, run };
      tasks = [...tasks, task];
      return () => {
        tasks = tasks.filter((other) => other !== task);
      };
    },
    pass(millis: number) {
      now += millis;
      const due = tasks.filter(({ at }) => at <= now);
      tasks = tasks.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The stream over a memory store, behind the API. */
export const startStream = async (options: { readonly limit?: number } = {}): Promise<RunningStream> => {
  const { writer, reader } = createMemoryTraceStore();
  const clock = createClock();
  const answers = createTraceAnswers(reader);
  const reads: number[] = [];
  let listener: Parameters<Parameters<typeof createTraceStream>[0]['source']['listen']>[0] = null;
  let epochs = 0;
  const stream = createTraceStream({
    answers: {
      summaries: (places, filters) => {
        reads.push(places.length);
        return answers.summaries(places, filters);
      },
    },
    source: {
      listen: (next) => {
        listener = next;
      },
    },
    limit: options.limit ?? 8,
    newEpoch: () => (++epochs).toString(16),
    onFault: (error) => {
      throw error;
    },
    now: clock.now,
    later: clock.later,
  });
  const api = await startApi({ reader, stream });
  return {
    stream,
    api,
    reads,
    isListening: () => listener !== null,
    async write(fragments) {
      const notes = createChangeNotes();
      await writer.write(fragments, notes.note);
      const told = notes.told();
      if (told !== null) listener?.(told);
    },
    tell(traceKeys) {
      listener?.({
        changes: traceKeys.map((traceKey) => ({ project: 'shop', traceKey, isNew: true })),
        untold: new Map(),
      });
    },
    lose() {
      listener?.(null);
    },
    async pass(millis) {
      clock.pass(millis);
      await settled();
    },
    async follow(search = '', headers = { 'x-api-key': 'shop-key' }) {
      const client = await followEvents(`http://127.0.0.1:${String(api.port)}/v1/stream${search}`, headers);
      if (client.status === 200) await client.quiet();
      return client;
    },
    async close() {
      stream.close();
      await api.close();
    },
  };
};
