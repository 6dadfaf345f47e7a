import type { Exporter } from './exporter.js';

export interface DeferredExporterOptions {
  /** Of the counters. */
  readonly name: string;
  /** Called once, with the first batch. */
  readonly load: () => Promise<Exporter>;
  readonly onError: (error: unknown) => void;
}

/** An exporter whose code is loaded when there is something to send. Where it can't be, batches are rejected. */
export const deferred = ({ name, load, onError }: DeferredExporterOptions): Exporter => {
  let loading: Promise<Exporter | undefined> | undefined;
  const loaded = async (): Promise<Exporter | undefined> => {
    try {
      return await load();
    } catch (error) {
      onError(error);
      return undefined;
    }
  };
  return {
    name,
    async export(batch, signal) {
      const exporter = await (loading ??= loaded());
      return exporter === undefined
        ? { status: 'rejected', rejectedSpans: batch.spanCount, reason: 'not_loaded' }
        : exporter.export(batch, signal);
    },
    async close() {
      await (await loading)?.close();
    },
  };
};
