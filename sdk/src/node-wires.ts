import { systemClock } from './exporters/index.js';
import { createNodeTransport, nodeGzip } from './exporters/node/index.js';
import type { Wires } from './exporters-of.js';

export const nodeWires = (onError: Wires['onError']): Wires => ({
  clock: systemClock,
  random: Math.random,
  transportTo: (url) => createNodeTransport({ url }),
  gzip: nodeGzip,
  sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
  onError,
});
