/** SQLite's primary result codes that speak of the disk or of another user of the file, not of the data. */
const STORAGE_ERRCODES = new Set([5, 6, 7, 8, 9, 10, 13, 14, 15, 22]);

/** See `ElasticsearchFault`. */
const ELASTICSEARCH = 'ELASTICSEARCH_';

/**
 * Whether a fault is the storage's, so that the same batch may succeed later; any other is the data's or ours, and
 * trying again would only stop all that comes after it.
 */
export const isStorageFault = (error: unknown): boolean => {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') return STORAGE_ERRCODES.has(errcode & 0xff);
  return typeof code === 'string' && (/^E(?!RR_)[A-Z0-9]+$/.test(code) || code.startsWith(ELASTICSEARCH));
};
