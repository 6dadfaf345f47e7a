import { buildPipeline, type PipelineParts } from '../index.js';
import type { Pipeline } from '../../delivery/index.js';
import type { ReportFault } from '../../errors/index.js';
import { nodeWires } from './node-wires.js';

/** What processes and exports, on whichever thread of Node. */
export const buildNodePipeline = (parts: Omit<PipelineParts, 'wires'>, onError: ReportFault): Pipeline =>
  buildPipeline({ ...parts, wires: nodeWires(onError) });
