import { createRewrite, type RecordStages, redactStage } from 'noveum-proto/records';
import { createRedactor, re2jsCompiler } from 'noveum-proto/redaction';

import type { BufferPool } from '../encode/index.js';
import type { ExportBatch } from '../exporters/index.js';
import type { Ledger } from '../ledger/index.js';
import { pricesOnDemand } from './prices-on-demand.js';
import type { PipelineSettings } from './settings/index.js';
import type { Wires } from './wires.js';
import { encryptStage, genAiStage, limitsStage, resourceStage } from '../stages/index.js';

/** What is left of a batch; undefined: nothing. */
export type BatchStage = (batch: ExportBatch) => Promise<ExportBatch | undefined>;

const redactionOf = async ({ redaction }: PipelineSettings, wires: Wires): Promise<RecordStages> => {
  const { enabled, ...options } = redaction;
  if (!enabled) return {};
  const hasPatterns = (options.patterns?.length ?? 0) > 0;
  const parts = hasPatterns ? { compile: re2jsCompiler(await wires.re2js()) } : {};
  return redactStage(createRedactor(options, parts), options.attributes !== undefined);
};

/**
 * genai → cost → redact → limits → encrypt, in one pass over a batch's bytes. Texts are cut after they are redacted. A
 * request that was changed is in a buffer of the pool. It throws, and so does what it makes, where that can't be done.
 */
export const stagesOf = async (
  settings: PipelineSettings,
  wires: Wires,
  ledger: Ledger,
  pool: BufferPool,
): Promise<BatchStage> => {
  const { resource = [], scope = [], span = [] } = await redactionOf(settings, wires);
  const encrypt = settings.encryption === null ? [] : [encryptStage(await wires.cipher(settings.encryption))];
  const { resourceAttributes } = settings;
  const told = Object.keys(resourceAttributes).length === 0 ? [] : [resourceStage(resourceAttributes)];
  const { prices, missed } = pricesOnDemand(wires.prices);
  const stages: RecordStages = {
    resource: [...told, ...resource],
    scope,
    span: [genAiStage(prices), ...span, limitsStage(settings.limits), ...encrypt],
  };
  const rewrite = createRewrite(stages, {
    onStageError: (error) => wires.onError(error, 'stage'),
    allocate: (length) => pool.take(length),
  });

  const rewritten = async (given: Uint8Array): Promise<ReturnType<typeof rewrite>> => {
    const first = rewrite(given);
    const loading = missed();
    if (loading === undefined) return first;
    const { buffer } = first.request;
    if (buffer !== given.buffer && buffer instanceof ArrayBuffer) pool.give(buffer);
    await loading;
    return rewrite(given);
  };

  return async (batch) => {
    const { request, spanCount, dropped, failed } = await rewritten(batch.request);
    if (dropped > 0) ledger.dropped(dropped, 'not_wanted');
    if (failed > 0) ledger.dropped(failed, 'stage_failed');
    return spanCount === 0 ? undefined : { request, spanCount };
  };
};
