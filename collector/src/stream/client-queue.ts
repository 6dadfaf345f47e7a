import { eventText } from './event-text.js';

export interface QueuedTrace {
  /** Names the trace: what is queued of it already is replaced. */
  readonly place: string;
  readonly id: string;
  readonly isNew: boolean;
  /** The summary, JSON in one line. */
  readonly text: string;
}

/** What one client has yet to take: one event a trace, the latest. */
export interface ClientQueue {
  add(trace: QueuedTrace): void;
  /** So many changed traces are not shown. */
  skip(count: number): void;
  /** All that is queued is void: the client must read anew, and goes on from `id`. */
  reset(reason: string, id: string): void;
  isEmpty(): boolean;
  /** Texts of events, oldest first, about so many characters; empty: none is queued. */
  take(characters: number): string;
}

export interface QueueLimits {
  readonly traces: number;
  readonly characters: number;
}

export const createClientQueue = (limits: QueueLimits): ClientQueue => {
  const queued = new Map<string, QueuedTrace>();
  let characters = 0;
  let skipped = 0;
  let pendingReset: string | null = null;

  const remove = (trace: QueuedTrace): void => {
    queued.delete(trace.place);
    characters -= trace.text.length;
  };
  const takeOne = (): string => {
    if (pendingReset !== null) {
      const text = pendingReset;
      pendingReset = null;
      return text;
    }
    if (skipped > 0) {
      const data = JSON.stringify({ count: skipped });
      skipped = 0;
      return eventText({ name: 'skipped', id: null, data });
    }
    const [next] = queued.values();
    if (next === undefined) return '';
    remove(next);
    const { id, isNew, text } = next;
    return eventText({ name: 'trace', id, data: `{"change":"${isNew ? 'new' : 'changed'}","trace":${text}}` });
  };
  const isEmpty = (): boolean => queued.size === 0 && skipped === 0 && pendingReset === null;

  return {
    add(trace) {
      const before = queued.get(trace.place);
      if (before !== undefined) remove(before);
      queued.set(trace.place, { ...trace, isNew: trace.isNew || before?.isNew === true });
      characters += trace.text.length;
      for (const oldest of queued.values()) {
        if (queued.size <= limits.traces && (characters <= limits.characters || queued.size === 1)) break;
        remove(oldest);
        skipped++;
      }
    },
    skip(count) {
      skipped += count;
    },
    reset(reason, id) {
      queued.clear();
      characters = 0;
      skipped = 0;
      pendingReset = eventText({ name: 'reset', id, data: JSON.stringify({ reason }) });
    },
    isEmpty,
    take(wanted) {
      let text = '';
      while (text.length < wanted && !isEmpty()) text += takeOne();
      return text;
    },
  };
};
