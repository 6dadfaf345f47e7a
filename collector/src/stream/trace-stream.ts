import type { TraceAnswers } from '../query/index.js';
import { type Channel, createChannel } from './channel.js';
import { clientEvents, type ClientOptions } from './client-events.js';
import { createClientQueue } from './client-queue.js';
import type { ToldChanges } from './told-changes.js';

/** Tells what changes, while somebody listens. */
export interface ChangeSource {
  /** `told`: what a commit has changed; null: changes may have been missed. A listener of null: nobody listens. */
  listen(listener: ((told: ToldChanges | null) => void) | null): void;
}

export interface TraceStreamOptions {
  readonly answers: Pick<TraceAnswers, 'summaries'>;
  readonly source: ChangeSource;
  /** Clients at a time. */
  readonly limit: number;
  readonly newEpoch: () => string;
  /** A read failed: those who listen are told that they miss something. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
  /** Runs the task once after so long, unless what it returns is called before. */
  readonly later: (millis: number, task: () => void) => () => void;
  readonly heartbeatMillis?: number;
  /** How long changes are kept for a client that may come back. */
  readonly graceMillis?: number;
}

export type StreamRequest = Pick<ClientOptions, 'filter' | 'lastEventId' | 'stillAllowed' | 'signal'>;

/** New and changed traces, told to any number of clients within a bound, at a bounded cost. */
export interface TraceStream {
  /** null: as many listen as may. The project of the filter is all that is seen of the others' changes. */
  open(request: StreamRequest): AsyncGenerator<string> | null;
  clients(): number;
  close(): void;
}

const HEARTBEAT_MILLIS = 15_000;
const GRACE_MILLIS = 60_000;
const TICK_MILLIS = 250;
/** Summaries read in a tick, of all channels: a thousand a second take a twentieth of the read thread. */
const TICK_TRACES = 250;
const LEAST_SHARE = 8;
/** Changes that a channel remembers, to tell and to go on from. */
const LOG_TRACES = 2_000;
const QUEUE = { traces: 500, characters: 1024 * 1024 };

interface Held {
  readonly channel: Channel;
  clients: number;
  cancelEnd: () => void;
}

const isOf = (scope: string | null, project: string): boolean => scope === null || scope === project;

export const createTraceStream = (options: TraceStreamOptions): TraceStream => {
  const { answers, source, limit, later, onFault } = options;
  const { heartbeatMillis = HEARTBEAT_MILLIS, graceMillis = GRACE_MILLIS } = options;
  const channels = new Map<string | null, Held>();
  const closing = new AbortController();
  let clients = 0;
  let ticking = false;

  const onChanges = (told: ToldChanges | null): void => {
    for (const { channel } of channels.values()) {
      if (told === null) channel.lose('changes may have been missed: read the list anew');
      for (const change of told?.changes ?? []) if (isOf(channel.scope, change.project)) channel.add(change);
      for (const [project, count] of told?.untold ?? []) if (isOf(channel.scope, project)) channel.skip(count);
    }
    schedule();
  };

  const end = (scope: string | null): void => {
    channels.delete(scope);
    if (channels.size === 0) source.listen(null);
  };
  const endIdleBeyond = (most: number): void => {
    for (const [scope, held] of channels) {
      if (channels.size <= most) return;
      if (held.clients > 0) continue;
      held.cancelEnd();
      end(scope);
    }
  };

  const enter = (scope: string | null): Held => {
    const known = channels.get(scope);
    const channel = known?.channel ?? createChannel(scope, options.newEpoch(), LOG_TRACES);
    const held = known ?? { channel, clients: 0, cancelEnd: () => undefined };
    if (known === undefined && channels.size === 0) source.listen(onChanges);
    channels.set(scope, held);
    held.cancelEnd();
    held.clients++;
    clients++;
    endIdleBeyond(limit);
    return held;
  };
  const leave = (held: Held): void => {
    clients--;
    held.clients--;
    if (held.clients > 0 || closing.signal.aborted) return;
    held.cancelEnd = later(graceMillis, () => {
      end(held.channel.scope);
    });
  };

  const tick = async (): Promise<void> => {
    const busy = [...channels.values()].filter(({ channel }) => channel.hasWork());
    const share = Math.max(LEAST_SHARE, Math.floor(TICK_TRACES / Math.max(1, busy.length)));
    for (const { channel } of busy) await channel.deliver(answers, share).catch(onFault);
    ticking = false;
    schedule();
  };
  const schedule = (): void => {
    if (ticking || closing.signal.aborted || ![...channels.values()].some(({ channel }) => channel.hasWork())) return;
    ticking = true;
    later(TICK_MILLIS, () => void tick());
  };

  return {
    open({ filter, lastEventId, stillAllowed, signal }) {
      if (clients >= limit || closing.signal.aborted) return null;
      const held = enter(filter.project);
      const ended = AbortSignal.any([signal, closing.signal]);
      const onEnd = (): void => {
        leave(held);
      };
      if (ended.aborted) onEnd();
      else ended.addEventListener('abort', onEnd, { once: true });
      return clientEvents({
        channel: held.channel,
        queue: createClientQueue(QUEUE),
        filter,
        lastEventId,
        answers,
        stillAllowed,
        signal: ended,
        heartbeatMillis,
        now: options.now,
        later,
      });
    },
    clients: () => clients,
    close() {
      closing.abort();
      for (const { cancelEnd } of channels.values()) cancelEnd();
      channels.clear();
      source.listen(null);
    },
  };
};
