import { connect, createServer } from 'node:net';

/** A way to the node at `url` that can be shut: then every connection is cut, and none is taken. */
export const openGate = async (url) => {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let isShut = false;
  const server = createServer((socket) => {
    if (isShut) {
      socket.destroy();
      return;
    }
    const node = connect(Number(port), hostname);
    for (const [one, other] of [
      [socket, node],
      [node, socket],
    ]) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    shut() {
      isShut = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      isShut = false;
    },
    end() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
