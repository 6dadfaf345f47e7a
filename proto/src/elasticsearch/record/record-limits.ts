/** What one Elasticsearch document of a trace may hold. */
export const RECORD_LIMITS = {
  spans: 1_000,
  /** Spans and their events: each is a document of Lucene's, and Elasticsearch takes 10,000 in one. */
  nested: 9_000,
  /** UTF-8 of the spans' JSON. */
  spanBytes: 8 * 1024 * 1024,
  /** Each is a character of the JSON, and up to six of it. */
  payloadBytes: 4 * 1024 * 1024,
} as const;
