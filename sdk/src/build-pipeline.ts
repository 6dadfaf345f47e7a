import type { Pipeline } from './delivery/index.js';
import { exportersOf, type Wires } from './exporters-of.js';
import { keepingOf } from './keeping-of.js';
import type { Ledger } from './ledger/index.js';
import { createPipeline } from './pipeline.js';
import type { PipelineSettings } from './pipeline-settings.js';
import { stagesOf } from './stages-of.js';

/** A pipeline that counts in the given ledger. */
export const buildPipeline = (settings: PipelineSettings, wires: Wires, ledger: Ledger): Pipeline => {
  return createPipeline({
    process: stagesOf(settings, wires, ledger),
    keep: keepingOf(settings, wires.clock, ledger),
    exporters: exportersOf(settings, ledger, wires),
    ledger,
    later: (work, delayMillis) => ({ cancel: wires.clock.later(delayMillis, work) }),
  });
};
