import { closeSync, existsSync, openSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';

export interface SocketAddress {
  /** What `listen` and `connect` take. */
  readonly path: string;
  /** To be called when the server has closed, or the client has connected. */
  release(): void;
}

/** sun_path holds 108 bytes on Linux and 104 on macOS, a zero at the end included; longer ones are cut or refused. */
const MOST_BYTES = 103;

/** A short way to a socket whose full path is too long for the kernel. */
export const socketAddressOf = (path: string): SocketAddress => {
  const fits = [path, relative('.', path)].find((candidate) => Buffer.byteLength(candidate) <= MOST_BYTES);
  if (fits !== undefined) return { path: fits, release: () => undefined };
  if (!existsSync('/proc/self/fd'))
    throw new Error(`the path of the admin socket is longer than ${MOST_BYTES} bytes: ${path}`);
  const descriptor = openSync(dirname(path), 'r');
  return {
    path: `/proc/self/fd/${descriptor}/${basename(path)}`,
    release: () => {
      closeSync(descriptor);
    },
  };
};
