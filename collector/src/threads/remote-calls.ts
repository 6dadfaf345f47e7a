import type { MessagePort, Worker } from 'node:worker_threads';

/** Calls of functions across threads. Arguments and results are structured clones; errors arrive as errors. */
export type Handlers = Readonly<Record<string, (...parameters: never[]) => Promise<unknown>>>;

interface Call {
  readonly type: 'call';
  readonly id: number;
  readonly name: string;
  readonly parameters: readonly unknown[];
}

type Answer =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'failure';
      readonly id: number;
      readonly error: { readonly name: string; readonly message: string; readonly code: string | undefined };
    };

const isCall = (message: unknown): message is Call => (message as { type?: unknown }).type === 'call';
const isAnswer = (message: unknown): message is Answer =>
  ['answer', 'failure'].includes((message as { type?: string }).type ?? '');

/** An error of another thread: its `name`, message and `code` are kept. */
export class RemoteFault extends Error {
  readonly code: string | undefined;
  constructor(name: string, message: string, code: string | undefined) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

const isWhole = (value: unknown): value is Uint8Array<ArrayBuffer> =>
  value instanceof Uint8Array && value.byteLength === value.buffer.byteLength;

/** Buffers that a value, its items or its members are views of: they change hands instead of being copied. */
const buffersOf = (value: unknown, depth = 2): ArrayBuffer[] => {
  if (isWhole(value)) return [value.buffer];
  if (depth === 0 || typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.flatMap((member) => buffersOf(member, depth - 1));
};

/** The other side of a thread's boundary: a worker, or in a worker the one that started it. */
export type OtherThread = MessagePort | Worker;

export const serveCalls = (port: OtherThread, handlers: Handlers): void => {
  (port as MessagePort).on('message', (message: unknown) => {
    if (!isCall(message)) return;
    const handler = handlers[message.name] as ((...parameters: readonly unknown[]) => Promise<unknown>) | undefined;
    const { id } = message;
    Promise.resolve()
      .then(() => {
        if (handler === undefined) throw new Error(`no such call: ${message.name}`);
        return handler(...message.parameters);
      })
      .then(
        (value) => {
          port.postMessage({ type: 'answer', id, value }, buffersOf(value));
        },
        (error: unknown) => {
          const { name, message: text, code } = error as Error & { code?: string };
          port.postMessage({ type: 'failure', id, error: { name, message: text, code } });
        },
      );
  });
};

export interface RemoteCalls {
  call<T>(name: string, ...parameters: readonly unknown[]): Promise<T>;
  /** Calls under way. */
  pending(): number;
}

/** Every call under way is rejected when the thread ends. */
export const remoteCalls = (thread: OtherThread): RemoteCalls => {
  // A port has no `exit`: with the one that started it a worker ends itself.
  const worker = thread as Worker;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let ended = false;

  const end = (): void => {
    ended = true;
    for (const { reject } of waiting.values())
      reject(new RemoteFault('ThreadEnded', 'the thread has ended', 'THREAD_ENDED'));
    waiting.clear();
  };
  worker.on('exit', end);
  worker.on('message', (message: unknown) => {
    if (!isAnswer(message)) return;
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'answer') call?.resolve(message.value);
    else call?.reject(new RemoteFault(message.error.name, message.error.message, message.error.code));
  });

  return {
    call: <T>(name: string, ...parameters: readonly unknown[]) =>
      new Promise<T>((resolve, reject) => {
        if (ended) {
          reject(new RemoteFault('ThreadEnded', 'the thread has ended', 'THREAD_ENDED'));
          return;
        }
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        worker.postMessage({ type: 'call', id, name, parameters });
      }),
    pending: () => waiting.size,
  };
};
