import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';

/** Held until `release`, or until the process ends in any way. */
export interface DirectoryLock {
  release(): Promise<void>;
}

export class DirectoryInUse extends Error {
  readonly code = 'DIRECTORY_IN_USE';
}

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

const isTaken = (error: unknown): boolean => (error as { code?: string }).code === 'EADDRINUSE';

/**
 * Makes this process the only one on a data directory. The lock is a listening socket in it: the kernel closes it
 * with the process, so one left behind by a kill answers nobody and is taken over. Throws DirectoryInUse otherwise.
 */
export const lockDirectory = async (directory: string): Promise<DirectoryLock> => {
  const path = `${directory}/lock.sock`;
  const holder = `${directory}/lock.pid`;
  let server: Server;
  try {
    server = await listen(path);
  } catch (error) {
    if (!isTaken(error)) throw error;
    if (await answers(path)) {
      const pid = await readFile(holder, 'utf8').catch(() => 'unknown');
      throw new DirectoryInUse(`the data directory ${directory} is in use by process ${pid.trim()}`);
    }
    await rm(path, { force: true });
    server = await listen(path);
  }
  await chmod(path, 0o600);
  await writeFile(holder, `${String(process.pid)}\n`, { mode: 0o600 });
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
};
