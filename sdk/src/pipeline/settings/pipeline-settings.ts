import type { AttributeMap, ResolvedExporter, ResolvedOptions } from '../../options/index.js';
import { toldOfResource } from '../../resource/index.js';
import type { SenderProcess } from '../../sender/index.js';

/** What a pipeline is built from, wherever it runs. */
export type PipelineSettings = Pick<
  ResolvedOptions,
  'exporters' | 'retry' | 'spool' | 'redaction' | 'limits' | 'keep' | 'sampling' | 'logLevel' | 'encryption'
> & {
  /** Of all batches that are on their way. */
  readonly maxQueueBytes: number;
  /** What is added to the resource of another set-up's provider; empty where the provider is ours. */
  readonly resourceAttributes: AttributeMap;
};

/** What a thread is started with. */
export interface ThreadSettings {
  readonly settings: PipelineSettings;
  readonly process: SenderProcess;
}

export const pipelineSettingsOf = (options: ResolvedOptions, isOfHost: boolean): PipelineSettings => ({
  exporters: options.exporters,
  maxQueueBytes: options.batch.maxQueueBytes,
  retry: options.retry,
  spool: options.spool,
  redaction: options.redaction,
  limits: options.limits,
  keep: options.keep,
  sampling: options.sampling,
  logLevel: options.logLevel,
  encryption: options.encryption,
  resourceAttributes: isOfHost ? toldOfResource(options) : {},
});

const isOfThisThread = (exporter: ResolvedExporter): boolean => 'exporter' in exporter || exporter.type === 'console';

/** Why the pipeline has to run on the host's own thread; undefined: it may go to a thread. */
export const reasonToStay = ({ worker, exporters, encryption, immediate }: ResolvedOptions): string | undefined => {
  if (!worker) return 'option worker is false';
  if (immediate) return 'option immediate is true';
  if (encryption !== null) return "encryption keys come from the application's callback";
  if (exporters.some(isOfThisThread)) return 'an exporter is an object of the application, or writes to its console';
  return undefined;
};
