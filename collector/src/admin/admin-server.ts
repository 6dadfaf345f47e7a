import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

import { checkNewKey, type NewKeyInput } from './check-new-key.js';
import { type CallFrame, onFrames, sendFrame } from './frames.js';
import type { AdminHandlers, OnProgress } from './handlers.js';
import type { RederiveRequest } from '../store/index.js';
import { socketAddressOf } from './socket-address.js';

export interface AdminServer {
  /** Waits for no call under way. Idempotent. */
  close(): Promise<void>;
}

export interface AdminServerOptions {
  /** Of the socket, in a directory that this process has locked: a socket left there by a kill is replaced. */
  readonly path: string;
  readonly handlers: AdminHandlers;
  readonly now: () => number;
}

const isCall = (frame: unknown): frame is CallFrame =>
  typeof frame === 'object' && frame !== null && (frame as { type?: unknown }).type === 'call';

const answerOf = (
  { name, parameter }: CallFrame,
  { handlers, now }: AdminServerOptions,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<unknown> => {
  switch (name) {
    case 'createKey': {
      const checked = checkNewKey((parameter ?? {}) as NewKeyInput, now());
      return checked.status === 'ok'
        ? handlers.createKey(checked.wanted)
        : Promise.reject(new Error(checked.errors.join('; ')));
    }
    case 'listKeys':
      return handlers.listKeys();
    case 'revokeKey':
      return handlers.revokeKey(String(parameter));
    case 'backup':
      return handlers.backup(String(parameter), onProgress);
    case 'rederive':
      return handlers.rederive(parameter as RederiveRequest, onProgress, signal);
    case 'retryDeadLetters':
      return handlers.retryDeadLetters(typeof parameter === 'string' ? parameter : null);
    default:
      return Promise.reject(new Error(`the running collector knows no call ${JSON.stringify(name)}`));
  }
};

/** Listens on a socket of mode 0600: who may open it may do everything. */
export const createAdminServer = async (options: AdminServerOptions): Promise<AdminServer> => {
  const { path } = options;
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    const gone = new AbortController();
    socket.on('close', () => {
      connections.delete(socket);
      gone.abort(new Error('nobody waits for it any more'));
    });
    socket.on('error', () => undefined);
    onFrames(socket, (frame) => {
      if (!isCall(frame)) {
        socket.destroy();
        return;
      }
      const onProgress: OnProgress = (done, total) => {
        sendFrame(socket, { type: 'progress', done, total });
      };
      answerOf(frame, options, onProgress, gone.signal).then(
        (value) => {
          sendFrame(socket, { type: 'answer', value: value ?? null });
          socket.end();
        },
        (error: unknown) => {
          sendFrame(socket, { type: 'failure', message: (error as Error).message });
          socket.end();
        },
      );
    });
  });

  rmSync(path, { force: true });
  const address = socketAddressOf(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.path, resolve);
  });
  chmodSync(path, 0o600);

  let closed: Promise<void> | null = null;
  return {
    close: () =>
      (closed ??= new Promise<void>((resolve) => {
        server.close(() => {
          address.release();
          resolve();
        });
        for (const socket of connections) socket.destroy();
      })),
  };
};
