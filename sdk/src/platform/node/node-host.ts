import { type NodeSources, readSources } from '../../options/node/index.js';
import type { OptionsHost } from '../../options/index.js';
import { hasPackage } from '../../peers/node/index.js';
import { refusedExporters } from '../index.js';

export const nodeHost: OptionsHost<NodeSources> = {
  readSources,
  write: (line) => void process.stderr.write(`${line}\n`),
  refused: ({ exporters }) => refusedExporters(exporters, { isNode: true, hasPackage }),
};
