import type { Exporter } from './exporter.js';

/** An exporter whose code is loaded with its first batch. What can't be loaded rejects its batches. */
export const loadedLater = (
  name: string,
  load: () => Promise<Exporter>,
  onError: (error: unknown) => void,
): Exporter => {
  let loaded: Promise<Exporter | undefined> | undefined;
  const exporter = (): Promise<Exporter | undefined> =>
    (loaded ??= load().catch((error: unknown) => {
      onError(error);
      return undefined;
    }));
  return {
    name,
    async export(batch, signal) {
      const inner = await exporter();
      return inner === undefined
        ? { status: 'rejected', rejectedSpans: batch.spanCount, reason: 'not_loaded' }
        : inner.export(batch, signal);
    },
    close: async () => (await loaded)?.close(),
  };
};
