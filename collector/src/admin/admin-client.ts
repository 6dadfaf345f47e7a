import { connect, type Socket } from 'node:net';

import type { MadeKey, NewKey } from '../access/index.js';
import type { ApiKey } from '../meta/index.js';
import type { RederiveReport } from '../store/index.js';
import { type AnswerFrame, onFrames, sendFrame } from './frames.js';
import type { AdminHandlers, OnProgress, RetriedLetters } from './handlers.js';
import { socketAddressOf } from './socket-address.js';

/** No such socket or directory, or nobody behind it: a collector that was killed leaves the socket. */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'];

const open = (path: string): Promise<Socket | null> =>
  new Promise((resolve, reject) => {
    const address = socketAddressOf(path);
    const socket = connect(address.path);
    socket.once('connect', () => {
      address.release();
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      address.release();
      if (NOBODY.includes(error.code ?? '')) resolve(null);
      else reject(error);
    });
  });

interface CallOptions {
  readonly onProgress?: OnProgress;
  /** Ends the connection, and with it the call. */
  readonly signal?: AbortSignal;
}

const call = async <T>(
  path: string,
  name: string,
  parameter: unknown,
  { onProgress, signal }: CallOptions = {},
): Promise<T> => {
  const socket = await open(path);
  if (socket === null) throw new Error('the collector has ended');
  return new Promise<T>((resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
      socket.destroy();
    });
    socket.on('close', () => {
      reject(new Error('the collector ended during the call'));
    });
    socket.on('error', () => undefined);
    onFrames(socket, (frame) => {
      const answer = frame as AnswerFrame;
      if (answer.type === 'progress') onProgress?.(answer.done, answer.total);
      else if (answer.type === 'answer') resolve(answer.value as T);
      else reject(new Error(answer.message));
    });
    sendFrame(socket, { type: 'call', name, parameter });
  });
};

/** The running collector's handlers, or null where none runs. */
export const connectAdmin = async (path: string): Promise<AdminHandlers | null> => {
  const socket = await open(path).catch((error: unknown) => {
    if (NOBODY.includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  });
  if (socket === null) return null;
  socket.destroy();
  return {
    createKey: ({ expiresAt, ...wanted }: NewKey) =>
      call<MadeKey>(path, 'createKey', { ...wanted, expires: expiresAt }),
    listKeys: () => call<readonly ApiKey[]>(path, 'listKeys', null),
    revokeKey: (named) => call<ApiKey | null>(path, 'revokeKey', named),
    backup: async (directory, onProgress) => {
      await call<null>(path, 'backup', directory, { onProgress });
    },
    retryDeadLetters: (project) => call<RetriedLetters>(path, 'retryDeadLetters', project),
    rederive: (request, onProgress, signal) => call<RederiveReport>(path, 'rederive', request, { onProgress, signal }),
  };
};
