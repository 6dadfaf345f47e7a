import type { EncodedRequest } from '../delivery/index.js';
import { type BufferPool, PLAIN_SPAN } from '../encode/index.js';
import type { ExportBatch } from '../exporters/index.js';
import type { Wires } from './wires.js';
import type { Ledger } from '../ledger/index.js';
import type { PipelineSettings } from './settings/index.js';
import type { BatchStage } from './stages-of.js';

/** Whether no stage made of these settings would change a plain span. */
const leavesPlainSpans = ({ redaction, encryption, resourceAttributes, limits }: PipelineSettings): boolean =>
  !redaction.enabled &&
  encryption === null &&
  Object.keys(resourceAttributes).length === 0 &&
  limits.attributeValueLengthLimit >= PLAIN_SPAN.maxBytes &&
  limits.attributeCountLimit >= PLAIN_SPAN.maxAttributes;

export interface Processing {
  /** Never rejects. */
  process(batch: EncodedRequest): Promise<ExportBatch | undefined>;
  /** From the next batch on. */
  configure(settings: PipelineSettings): void;
}

/**
 * Batches through the stages. The vocabularies of GenAI and what else stages are made of weigh tens of megabytes: they
 * are loaded for the first batch that has to do with them.
 */
export const createProcessing = (
  settings: PipelineSettings,
  wires: Wires,
  ledger: Ledger,
  pool: BufferPool,
): Processing => {
  const load = async (of: PipelineSettings): Promise<BatchStage> => {
    try {
      const { stagesOf } = await import('./stages-of.js');
      return await stagesOf(of, wires, ledger, pool);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  };
  let now = settings;
  let passesPlain = leavesPlainSpans(now);
  let stages = passesPlain ? undefined : load(now);

  return {
    async process(batch) {
      if (batch.isPlain && passesPlain) return batch;
      const stage = await (stages ??= load(now));
      try {
        return await stage(batch);
      } catch (error) {
        // Nothing goes out: it might hold what was to be redacted.
        wires.onError(error, 'stage');
        ledger.dropped(batch.spanCount, 'stage_failed');
        return undefined;
      }
    },
    configure(next) {
      now = next;
      passesPlain = leavesPlainSpans(next);
      if (stages !== undefined || !passesPlain) stages = load(next);
    },
  };
};
