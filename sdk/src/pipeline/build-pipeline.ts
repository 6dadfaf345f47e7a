import type { Pipeline } from '../delivery/index.js';
import { createBufferPool } from '../encode/index.js';
import { exportersOf } from './exporters-of.js';
import { keepingOf } from './keeping-of.js';
import type { Ledger } from '../ledger/index.js';
import { createPipeline } from './pipeline.js';
import { createProcessing } from './processing.js';
import type { PipelineSettings } from './settings/index.js';
import type { Sender } from '../sender/index.js';
import type { Wires } from './wires.js';

export interface PipelineParts {
  readonly settings: PipelineSettings;
  readonly wires: Wires;
  /** Where it counts. */
  readonly ledger: Ledger;
  /** What its requests tell of who sends them. */
  readonly sender: Sender;
  /** When nothing is on its way any more, before the exporters are closed. */
  readonly beforeClose?: () => Promise<void>;
}

/** A pipeline of its parts. Of other settings it takes over what its stages go by. */
export const buildPipeline = ({ settings, wires, ledger, sender, beforeClose }: PipelineParts): Pipeline => {
  const pool = createBufferPool();
  const processing = createProcessing(settings, wires, ledger, pool);
  const pipeline = createPipeline({
    process: (batch) => processing.process(batch),
    release: (buffer) => pool.give(buffer),
    keep: keepingOf(settings, wires.clock, ledger),
    exporters: exportersOf(settings, ledger, wires, sender),
    ledger,
    ...(beforeClose === undefined ? {} : { beforeClose }),
    later: (work, delayMillis) => ({ cancel: wires.clock.later(delayMillis, work) }),
  });
  return {
    ...pipeline,
    configure(next) {
      processing.configure(next as PipelineSettings);
    },
  };
};
