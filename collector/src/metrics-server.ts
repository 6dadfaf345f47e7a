import type { Server } from 'node:http';

import type { Telemetry } from './telemetry/index.js';

// Not by `import`, which would load undici, too.
const { createServer } = process.getBuiltinModule('node:http');

/** `/metrics` without a key, on a port of its own. */
export const startMetricsServer = async (host: string, port: number, telemetry: Telemetry): Promise<Server> => {
  const server = createServer((_request, response) => {
    telemetry.metrics().then(
      ({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
};
