import type { TraceAnswers } from '../query/index.js';
import type { TraceFilter } from '../store/index.js';
import type { Channel, LiveClient } from './channel.js';
import type { ClientQueue } from './client-queue.js';
import { heartbeatText, helloText } from './event-text.js';

export interface ClientOptions {
  readonly channel: Channel;
  readonly queue: ClientQueue;
  readonly filter: TraceFilter;
  /** What the client sent as `Last-Event-ID`; null: it begins now. */
  readonly lastEventId: string | null;
  readonly answers: Pick<TraceAnswers, 'summaries'>;
  /** Asked every so often: whether the client may still read. */
  readonly stillAllowed: () => Promise<boolean>;
  /** Aborted when the client has gone, or the collector stops. */
  readonly signal: AbortSignal;
  readonly heartbeatMillis: number;
  readonly now: () => number;
  readonly later: (millis: number, task: () => void) => () => void;
}

const CATCH_UP_TRACES = 100;
const CHUNK_CHARACTERS = 16 * 1024;

/** Resolves when it is called, or after a time, or at the abort. */
const createBell = ({ later, signal }: Pick<ClientOptions, 'later' | 'signal'>) => {
  let ring: () => void = () => undefined;
  return {
    ring: () => {
      ring();
    },
    wait: (millis: number): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) {
          resolve();
          return;
        }
        const end = (): void => {
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        };
        const cancel = later(millis, end);
        signal.addEventListener('abort', end);
        ring = end;
      }),
  };
};

/** What one client is sent: what it missed, then what happens, a heartbeat where nothing does. */
export const clientEvents = async function* (options: ClientOptions): AsyncGenerator<string> {
  const { channel, queue, filter, lastEventId, answers, signal, heartbeatMillis, now } = options;
  const bell = createBell(options);
  const resumed = lastEventId === null ? channel.log.end() : channel.positionOf(lastEventId);
  let from = resumed ?? channel.log.end();
  yield helloText(channel.idOf(from));
  if (resumed === null) queue.reset('the position is no longer known: read the list anew', channel.idOf(from));

  while (from < channel.position() && !signal.aborted) {
    if (!channel.log.reaches(from)) {
      from = channel.log.end();
      queue.reset('more has changed than is remembered: read the list anew', channel.idOf(from));
      break;
    }
    const upTo = channel.position();
    const missed = channel.log.after(from).filter(({ sequence }) => sequence <= upTo);
    const batch = missed.slice(0, CATCH_UP_TRACES);
    const found = await answers.summaries(batch, [filter]);
    const byPlace = new Map(found.map((text) => [`${text.traceKey} ${text.project}`, text.text]));
    for (const { project, traceKey, sequence, madeAt } of batch) {
      const place = `${traceKey} ${project}`;
      const text = byPlace.get(place);
      const isNew = madeAt !== null && madeAt > (resumed ?? from);
      if (text !== undefined) queue.add({ place, id: channel.idOf(sequence), isNew, text });
    }
    from = missed.length > batch.length ? (batch.at(-1)?.sequence ?? upTo) : upTo;
    while (!queue.isEmpty()) yield queue.take(CHUNK_CHARACTERS);
  }

  const client: LiveClient = { filter, queue, from, wake: bell.ring };
  channel.join(client);
  try {
    let askedAt = now();
    while (!signal.aborted) {
      if (now() - askedAt >= heartbeatMillis) {
        if (!(await options.stillAllowed())) return;
        askedAt = now();
        // All up to the channel's position is in the queue or was taken from it.
        yield heartbeatText(queue.isEmpty() ? channel.idOf(Math.max(from, channel.position())) : null);
      }
      if (queue.isEmpty()) await bell.wait(heartbeatMillis);
      else yield queue.take(CHUNK_CHARACTERS);
    }
  } finally {
    channel.leave(client);
  }
};
