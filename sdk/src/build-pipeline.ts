import type { Pipeline } from './delivery/index.js';
import { exportersOf, type Wires } from './exporters-of.js';
import { keepingOf } from './keeping-of.js';
import type { Ledger } from './ledger/index.js';
import { createPipeline } from './pipeline.js';
import type { PipelineSettings } from './pipeline-settings.js';
import { stagesOf } from './stages-of.js';

/** A pipeline that counts in the given ledger. Of other settings it takes over what its stages go by. */
export const buildPipeline = (settings: PipelineSettings, wires: Wires, ledger: Ledger): Pipeline => {
  let stages = stagesOf(settings, wires, ledger);
  const pipeline = createPipeline({
    process: () => stages,
    keep: keepingOf(settings, wires.clock, ledger),
    exporters: exportersOf(settings, ledger, wires),
    ledger,
    later: (work, delayMillis) => ({ cancel: wires.clock.later(delayMillis, work) }),
  });
  return {
    ...pipeline,
    configure: (next) => {
      stages = stagesOf(next as PipelineSettings, wires, ledger);
    },
  };
};
