import type { EncodedRequest, Pipeline } from './delivery.js';

export interface DeferredOptions {
  /** Begun at once. */
  readonly load: () => Promise<Pipeline>;
  /** The pipeline can't be had: what came for it is lost. Never throws. */
  readonly onFailed: (error: unknown, spans: number) => void;
  readonly counts: () => unknown;
}

/** A pipeline whose code is loaded while the host goes on; what comes meanwhile waits for it. */
export const deferredPipeline = ({ load, onFailed, counts }: DeferredOptions): Pipeline => {
  let loaded: Pipeline | undefined;
  const loading = load().then((pipeline) => {
    loaded = pipeline;
    return pipeline;
  });
  loading.catch((error: unknown) => onFailed(error, 0));

  const acceptLater = async (batch: EncodedRequest): Promise<boolean> => {
    let pipeline: Pipeline;
    try {
      pipeline = await loading;
    } catch (error) {
      onFailed(error, batch.spanCount);
      return false;
    }
    return pipeline.accept(batch);
  };

  const later = async (work: (pipeline: Pipeline) => unknown): Promise<boolean> => {
    try {
      return (await work(await loading)) !== false;
    } catch {
      // Told by the batches that it has cost.
      return false;
    }
  };

  return {
    accept: (batch) => (loaded === undefined ? acceptLater(batch) : loaded.accept(batch)),
    flush: (timeoutMillis) =>
      loaded === undefined ? later((pipeline) => pipeline.flush(timeoutMillis)) : loaded.flush(timeoutMillis),
    counts,
    configure: (settings) => {
      if (loaded === undefined) void later((pipeline) => pipeline.configure(settings));
      else loaded.configure(settings);
    },
    close: async (timeoutMillis) => {
      await later((pipeline) => pipeline.close(timeoutMillis));
    },
  };
};
