import type { FragmentKind } from 'noveum-proto';

import { FRAGMENT_KIND_NAME } from './schema.js';

/** Where a fragment's payload lies. */
export interface Place {
  readonly segment: number;
  readonly block: number;
  readonly blockLength: number;
  readonly offset: number;
  readonly length: number;
}

export interface StoredFragment extends Place {
  readonly kind: FragmentKind;
  readonly receivedAtMillis: number;
  readonly keyEnvironment: string | null;
  /** Eight bytes a span; null: not known. */
  readonly spanIds: Buffer | null;
}

export const toStoredFragment = (stored: Record<string, unknown>): StoredFragment => ({
  kind: FRAGMENT_KIND_NAME[stored.kind as number] as FragmentKind,
  receivedAtMillis: stored.received as number,
  keyEnvironment: stored.key_environment as string | null,
  spanIds: stored.span_ids instanceof Uint8Array ? Buffer.from(stored.span_ids) : null,
  segment: stored.segment as number,
  block: stored.block as number,
  blockLength: stored.block_length as number,
  offset: stored.offset as number,
  length: stored.length as number,
});
