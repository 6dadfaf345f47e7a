import type { Prices } from 'noveum-proto';

import type { Files } from './files/index.js';
import { openEmbeddedReader } from './store/embedded/index.js';
import type { StoreAnalytics, TraceReader } from './store/index.js';
import type { StoredIn } from './stored-in.js';

export interface OpenReaderOptions {
  readonly files: Files;
  readonly maxValueBytes: number;
  /** Payload of a trace that documents are made of here; default: the reader's own. */
  readonly maxDocumentBytes?: number;
  readonly prices: Prices;
}

export interface OpenedReader {
  readonly reader: TraceReader & StoreAnalytics;
  /** Gives up what is held open of what has gone; to be called every now and then. */
  readonly letGo: () => Promise<void>;
}

/** Opens a reader of a store. What only one of them needs is loaded for it alone. */
export const openReader = async (store: StoredIn, options: OpenReaderOptions): Promise<OpenedReader> => {
  switch (store.kind) {
    case 'embedded': {
      const { directory, hasTextIndex } = store;
      const reader = openEmbeddedReader({ directory, hasTextIndex, ...options });
      return { reader, letGo: () => reader.letGo() };
    }
    case 'elasticsearch': {
      const { openElasticsearchReader } = await import('./store/elasticsearch/index.js');
      const { config } = store;
      const { files: _files, ...reading } = options;
      const reader = openElasticsearchReader({ config, ...reading });
      return { reader, letGo: () => reader.letGo() };
    }
  }
};
