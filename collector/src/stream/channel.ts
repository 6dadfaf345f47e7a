import type { TraceAnswers } from '../query/index.js';
import type { TraceChange, TraceFilter } from '../store/index.js';
import { type ChangeLog, createChangeLog, type LoggedChange } from './change-log.js';
import type { ClientQueue } from './client-queue.js';

/** A client that has seen all up to where its channel is. */
export interface LiveClient {
  readonly filter: TraceFilter;
  readonly queue: ClientQueue;
  /** It takes no change up to here. */
  readonly from: number;
  readonly wake: () => void;
}

/**
 * The changes that clients of one project share (or of all: a scope of null), so that no position tells one project
 * how much another changes.
 */
export interface Channel {
  readonly scope: string | null;
  readonly log: ChangeLog;
  /** As a client gives it back. */
  idOf(sequence: number): string;
  /** null: no id of this channel, or older than its log reaches. */
  positionOf(id: string): number | null;
  /** Up to where live clients have been told. */
  position(): number;
  add(change: TraceChange): void;
  /** Changes that nobody will be told of one by one. */
  skip(count: number): void;
  /** Changes may have been missed: who listens must read anew. */
  lose(reason: string): void;
  join(client: LiveClient): void;
  leave(client: LiveClient): void;
  hasWork(): boolean;
  /** Tells live clients of at most so many traces. */
  deliver(answers: Pick<TraceAnswers, 'summaries'>, limit: number): Promise<void>;
}

const ID = /^([0-9a-f]+)-(\d{1,15})$/;

export const createChannel = (scope: string | null, epoch: string, logLimit: number): Channel => {
  const log = createChangeLog(logLimit);
  const live = new Set<LiveClient>();
  let told = 0;

  const idOf = (sequence: number): string => `${epoch}-${String(sequence)}`;
  const skip = (count: number): void => {
    for (const { queue, wake } of live) {
      queue.skip(count);
      wake();
    }
  };
  const position = (): number => {
    if (live.size === 0) told = log.end();
    return told;
  };

  const tell = (clients: readonly LiveClient[], change: LoggedChange, isFirst: boolean, text: string): void => {
    const { sequence, madeAt, project, traceKey } = change;
    for (const client of clients) {
      if (sequence <= client.from || !live.has(client)) continue;
      const isNew = isFirst && madeAt !== null && madeAt > client.from;
      client.queue.add({ place: `${traceKey} ${project}`, id: idOf(sequence), isNew, text });
      client.wake();
    }
  };

  return {
    scope,
    log,
    idOf,
    positionOf(id) {
      const [, sentEpoch, digits] = ID.exec(id) ?? [];
      const sequence = Number(digits);
      return sentEpoch === epoch && log.reaches(sequence) ? sequence : null;
    },
    position,
    add(change) {
      const dropped = log.add(change);
      if (dropped !== null && dropped.sequence > position()) skip(1);
    },
    skip(count) {
      log.forget();
      skip(count);
    },
    lose(reason) {
      log.forget();
      told = log.end();
      for (const { queue, wake } of live) {
        queue.reset(reason, idOf(told));
        wake();
      }
    },
    join(client) {
      position();
      live.add(client);
    },
    leave(client) {
      live.delete(client);
    },
    hasWork: () => live.size > 0 && log.end() > told,
    async deliver(answers, limit) {
      const taken = log.after(told).slice(0, limit);
      const wasTold = taken.map(({ isTold }) => isTold);
      for (const change of taken) change.isTold = true;
      told = taken.at(-1)?.sequence ?? log.end();
      const clients = [...live];
      const filters = clients.map(({ filter }) => filter);
      try {
        const found = await answers.summaries(taken, filters);
        const byPlace = new Map(found.map((text) => [`${text.traceKey} ${text.project}`, text]));
        taken.forEach((change, at) => {
          const text = byPlace.get(`${change.traceKey} ${change.project}`);
          if (text === undefined) return;
          const fitting = clients.filter((_, index) => text.fits.includes(index));
          tell(fitting, change, wasTold[at] === false, text.text);
        });
      } catch (error) {
        skip(taken.length);
        throw error;
      }
    },
  };
};
