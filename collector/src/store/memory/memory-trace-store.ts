import type { DocumentReading } from 'noveum-proto';

import type { StoreAnalytics } from '../analytics.js';
import type { TraceReader, TraceWriter } from '../trace-store.js';
import { createMemoryReader } from './memory-reader.js';
import { createMemoryWriter, type MemoryState } from './memory-writer.js';

/**
 * The simplest store that keeps the contract: all fragments in a Map, every question answered by making
 * and filtering documents. For tests, and as the measure that other stores are held against.
 */
export const createMemoryTraceStore = (
  reading: DocumentReading = {},
): { readonly writer: TraceWriter; readonly reader: TraceReader & StoreAnalytics } => {
  const state: MemoryState = { traces: new Map(), usage: new Map(), reading };
  return { writer: createMemoryWriter(state), reader: createMemoryReader(state) };
};
