import { type ElasticsearchTransport, type ErrorCause, type Fault, faultOfCause, isPassing } from '../client/index.js';
import { type BulkBody, type BulkRange, createBulkBodies } from './bulk-body.js';
import type { BulkSize } from './bulk-size.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { ElasticsearchFault } from './store-fault.js';
import type { WriteCounter } from './write-counts.js';

/** One document of a bulk request. */
export interface BulkItem {
  /** The line that says what to do. */
  readonly action: object;
  /** Missing for a deletion. Copied before the next item is taken. */
  readonly source?: Uint8Array;
}

export type BulkOutcome =
  | { readonly status: 'done'; readonly index: string }
  /** It is there already, or not as it was when it was read. */
  | { readonly status: 'conflict'; readonly index: string }
  | { readonly status: 'missing' }
  | { readonly status: 'refused'; readonly fault: Fault };

export interface BulkSender {
  /**
   * Sends items by bytes, two requests at a time, those that the node turns away again; takes the next while the last
   * are on their way. Throws ElasticsearchFault where some could not be sent: each may be done or not.
   */
  send<Item extends BulkItem>(
    items: Iterable<Item>,
    onOutcome: (item: Item, outcome: BulkOutcome) => void,
  ): Promise<void>;
}

export interface BulkOptions {
  readonly transport: ElasticsearchTransport;
  readonly size: BulkSize;
  readonly breaker: CircuitBreaker;
  /** `true`: what is written is searchable once it is answered. */
  readonly refresh: boolean;
  readonly pause: (millis: number) => Promise<void>;
  readonly counter: WriteCounter;
}

interface AnsweredItem {
  readonly _index?: string;
  readonly status: number;
  readonly error?: ErrorCause;
}

interface Answer {
  readonly took: number;
  readonly items: readonly Readonly<Record<string, AnsweredItem>>[];
}

interface Line extends BulkRange {
  readonly tell: (outcome: BulkOutcome) => void;
}

/** What is sent in one request, or what is left of it. */
interface Request {
  readonly body: BulkBody;
  readonly lines: readonly Line[];
}

interface Filling {
  readonly body: BulkBody;
  readonly lines: Line[];
}

const ATTEMPTS = 6;
const FIRST_PAUSE_MILLIS = 100;
const REQUESTS_AT_ONCE = 2;
const CONFLICT = 409;
const MISSING = 404;
const TOO_LARGE = 413;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const linesOf = ({ action, source }: BulkItem): readonly Uint8Array[] => {
  const line = Buffer.from(JSON.stringify(action));
  return source === undefined ? [line] : [line, source];
};

const outcomeOf = ({ _index: index = '', error, status }: AnsweredItem): BulkOutcome | 'again' => {
  if (status < 300) return { status: 'done', index };
  if (status === CONFLICT) return { status: 'conflict', index };
  const fault = faultOfCause(status, error ?? null);
  if (status === MISSING && error === undefined) return { status: 'missing' };
  return isPassing(fault) || fault.kind === 'not-found' ? 'again' : { status: 'refused', fault };
};

export const createBulkSender = ({ breaker, counter, pause, refresh, size, transport }: BulkOptions): BulkSender => {
  const bodies = createBulkBodies();

  const request = async (body: Buffer): Promise<Answer> => {
    breaker.check();
    counter.add({ bulkRequests: 1, bulkBytes: body.length });
    const answer = await breaker.run(() =>
      transport.request<Answer>({
        method: 'POST',
        path: '/_bulk',
        querystring: {
          filter_path: 'took,items.*._index,items.*.status,items.*.error',
          ...(refresh ? { refresh: 'true' } : {}),
        },
        bulkBody: body,
      }),
    );
    size.noteTaken(answer.took, body.length);
    return answer;
  };

  const isTooLarge = (error: unknown): boolean =>
    (error as { fault?: Fault }).fault?.status === TOO_LARGE ||
    (error as { fault?: Fault }).fault?.kind === 'too-large';

  /** False where a request was turned away: it may still be read from. */
  const sendLines = async ({ body, lines }: Request, isAll: boolean): Promise<boolean> => {
    let left = lines;
    for (let attempt = 1; left.length > 0; attempt++) {
      let answer: Answer;
      try {
        answer = await request(isAll && attempt === 1 ? body.bytes() : body.bytes(left));
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        size.noteRefused();
        await sendHalves({ body, lines: left }, (error as { fault: Fault }).fault);
        return false;
      }
      const answered = left.map((line, place) => ({ line, item: Object.values(answer.items[place] ?? {})[0] }));
      const turnedAway = answered.filter(({ item, line }) => {
        const outcome = item === undefined ? 'again' : outcomeOf(item);
        if (outcome !== 'again') line.tell(outcome);
        return outcome === 'again';
      });
      left = turnedAway.map(({ line }) => line);
      counter.add({ retriedItems: left.length });
      if (left.length === 0) return true;
      size.noteRefused();
      if (attempt >= ATTEMPTS) {
        const item = turnedAway[0]?.item;
        throw new ElasticsearchFault(faultOfCause(item?.status ?? 503, item?.error ?? null));
      }
      await pause(FIRST_PAUSE_MILLIS * 2 ** (attempt - 1));
    }
    return true;
  };

  const sendHalves = async ({ body, lines }: Request, fault: Fault): Promise<void> => {
    if (lines.length === 1) {
      for (const { tell } of lines) tell({ status: 'refused', fault });
      return;
    }
    const middle = Math.ceil(lines.length / 2);
    await sendLines({ body, lines: lines.slice(0, middle) }, false);
    await sendLines({ body, lines: lines.slice(middle) }, false);
  };

  const sendAll = async (filled: Filling): Promise<void> => {
    if (await sendLines(filled, true)) bodies.giveBack(filled.body);
  };

  const newFilling = (): Filling => ({ body: bodies.take(), lines: [] });

  return {
    async send(items, onOutcome) {
      const running = new Set<Promise<void>>();
      const faults: unknown[] = [];
      let filling = newFilling();

      const flush = async (filled: Filling): Promise<void> => {
        if (filled.lines.length === 0) {
          bodies.giveBack(filled.body);
          return;
        }
        while (running.size >= REQUESTS_AT_ONCE) await Promise.race(running);
        const task = sendAll(filled)
          .catch((error: unknown) => {
            faults.push(error);
          })
          .finally(() => running.delete(task));
        running.add(task);
        // So that it is on its way while the next is made.
        await nextTurn();
      };

      for (const item of items) {
        if (faults.length > 0) break;
        const lines = linesOf(item);
        const bytes = lines.reduce((sum, { length }) => sum + length + 1, 0);
        const isFull = filling.lines.length > 0 && filling.body.length + bytes > size.bytes();
        const filled = filling;
        if (isFull) filling = newFilling();
        filling.lines.push({
          ...filling.body.add(lines),
          tell: (outcome) => {
            if (outcome.status === 'conflict') counter.add({ conflicts: 1 });
            if (outcome.status === 'refused') counter.add({ rejectedItems: 1 });
            onOutcome(item, outcome);
          },
        });
        if (isFull) await flush(filled);
      }
      if (faults.length === 0) await flush(filling);
      await Promise.all(running);
      if (faults.length > 0) throw faults[0];
    },
  };
};
