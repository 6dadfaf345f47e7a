import type { Pipeline } from './delivery/index.js';
import { exportersOf, type Wires } from './exporters-of.js';
import type { Ledger } from './ledger/index.js';
import { createPipeline } from './pipeline.js';
import type { PipelineSettings } from './pipeline-settings.js';

/** A pipeline that counts in the given ledger. */
export const buildPipeline = (settings: PipelineSettings, wires: Wires, ledger: Ledger): Pipeline => {
  return createPipeline({
    process: (batch) => batch,
    keep: undefined,
    exporters: exportersOf(settings, ledger, wires),
    ledger,
    later: (work, delayMillis) => ({ cancel: wires.clock.later(delayMillis, work) }),
  });
};
