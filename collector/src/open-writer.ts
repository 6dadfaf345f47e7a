import type { OpenedWriter, OpenWriterOptions } from './opened-writer.js';
import { countIncompleteTraces, daysDerivedOtherwise, openEmbeddedWriter } from './store/embedded/index.js';
import type { StoredIn } from './stored-in.js';

type Embedded = Extract<StoredIn, { readonly kind: 'embedded' }>;

const openEmbedded = async (
  { directory, retention }: Embedded,
  { elsewhere, erasureTimes, files, maxValueBytes, prices }: OpenWriterOptions,
): Promise<OpenedWriter> => {
  const writer = await openEmbeddedWriter({
    files,
    directory,
    retention,
    erasureTimes,
    elsewhere,
    maxValueBytes,
    prices,
  });
  return {
    writer,
    rederive: writer.rederive,
    isShared: false,
    erasures: () => Promise.resolve(writer.erasures()),
    counts: () => null,
    countIncomplete: () => countIncompleteTraces(files, directory),
    daysDerivedOtherwise: () => daysDerivedOtherwise(files, directory, prices.version),
  };
};

/** Opens the one writer of a store. What only one of them needs is loaded for it alone. */
export const openWriter = async (store: StoredIn, options: OpenWriterOptions): Promise<OpenedWriter> => {
  switch (store.kind) {
    case 'embedded':
      return openEmbedded(store, options);
    case 'elasticsearch': {
      const { openElasticsearch } = await import('./open-elasticsearch-writer.js');
      return openElasticsearch(store, options);
    }
  }
};
