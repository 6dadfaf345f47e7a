import { type ClientRequest, type IncomingHttpHeaders, request as httpRequest } from 'node:http';

export interface ReceivedEvent {
  /** `message` where none is named. */
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

export interface EventClient {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event that has data; null: the stream has ended. */
  next(): Promise<ReceivedEvent | null>;
  /** The id of whatever came last, which a browser would come back with. */
  lastId(): string;
  /** The next comment or id without data. */
  quiet(): Promise<string | null>;
  leave(): void;
}

interface Inbox<T> {
  readonly put: (item: T | null) => void;
  readonly take: () => Promise<T | null>;
}

const createInbox = <T>(): Inbox<T> => {
  const items: (T | null)[] = [];
  const takers: ((item: T | null) => void)[] = [];
  return {
    put(item) {
      const taker = takers.shift();
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    take: () =>
      new Promise((resolve) => {
        const item = items.shift();
        if (item === undefined) takers.push(resolve);
        else resolve(item);
      }),
  };
};

const fieldOf = (block: string, field: string): string | null =>
  new RegExp(`^${field}: (.*)$`, 'm').exec(block)?.[1] ?? null;

/** Follows a stream as a browser's EventSource does, without its coming back by itself. */
export const followEvents = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventClient> =>
  new Promise((resolve, reject) => {
    const events = createInbox<ReceivedEvent>();
    const quiets = createInbox<string>();
    let lastId = '';
    let rest = '';
    const takeBlock = (block: string): void => {
      lastId = fieldOf(block, 'id') ?? lastId;
      const data = fieldOf(block, 'data');
      if (data === null) quiets.put(block);
      else events.put({ name: fieldOf(block, 'event') ?? 'message', id: lastId, data });
    };
    const request: ClientRequest = httpRequest(url, { headers, agent: false }, (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        blocks.forEach(takeBlock);
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        events.put(null);
        quiets.put(null);
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        next: events.take,
        quiet: quiets.take,
        lastId: () => lastId,
        leave: () => request.destroy(),
      });
    });
    request.on('error', reject);
    request.end();
  });
