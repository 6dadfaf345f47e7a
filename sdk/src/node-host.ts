import { hasPackage } from './node-stock-otlp.js';
import { type NodeSources, readSources } from './options/node/index.js';
import type { OptionsHost } from './options-at-start.js';
import { refusedExporters } from './refused-exporters.js';

export const nodeHost: OptionsHost<NodeSources> = {
  readSources,
  write: (line) => void process.stderr.write(`${line}\n`),
  refused: ({ exporters }) => refusedExporters(exporters, { isNode: true, hasPackage }),
};
