import type { StoreAnalytics } from '../analytics.js';
import type { TraceReader, TraceWriter } from '../trace-store.js';

export interface OpenStore {
  readonly writer: TraceWriter;
  readonly reader: TraceReader & StoreAnalytics;
  /** Closes writer and reader and opens the same data again; missing where nothing outlives the process. */
  readonly reopen?: () => Promise<OpenStore>;
  /** Closes and removes everything. */
  destroy(): Promise<void>;
}

/** For a property that opens stores one after the other, and asks each many times. */
export const MANY_STORES_MILLIS = 240_000;
/** A failure is told as far as it is shrunk by then, not lost with the test's time. */
export const MANY_STORES = { interruptAfterTimeLimit: MANY_STORES_MILLIS - 60_000, markInterruptAsFailure: true };

export type StoreFactory = () => Promise<OpenStore>;

/** Runs a test on a store of its own. */
export const withStore = async (factory: StoreFactory, run: (store: OpenStore) => Promise<void>): Promise<void> => {
  let store = await factory();
  const { reopen } = store;
  const tracked: OpenStore = {
    writer: store.writer,
    reader: store.reader,
    destroy: async () => store.destroy(),
    ...(reopen === undefined ? {} : { reopen: async () => (store = await reopen()) }),
  };
  try {
    await run(tracked);
  } finally {
    await store.destroy();
  }
};
