import { BLOCK_HEADER_BYTES, BLOCK_TARGET_BYTES, encodeBlock } from './block.js';
import type { Place } from './day-index.js';

/** Packs payloads into blocks, and tells afterwards where each one lies. */
export interface BlockBuilder {
  /** The place is complete once `finish` was called. */
  add(payload: Uint8Array): MutablePlace;
  /** All bytes to append, in order. */
  finish(): Uint8Array[];
}

type MutablePlace = { -readonly [name in keyof Place]: Place[name] };

export const createBlockBuilder = (segment: number, start: number): BlockBuilder => {
  const parts: Uint8Array[] = [];
  let end = start;
  let payloads: Uint8Array[] = [];
  let places: MutablePlace[] = [];
  let rawLength = 0;

  const closeBlock = (): void => {
    if (payloads.length === 0) return;
    const block = encodeBlock(payloads.length === 1 ? Buffer.from(payloads[0] as Uint8Array) : Buffer.concat(payloads, rawLength));
    const blockLength = BLOCK_HEADER_BYTES + (block[1] as Buffer).length;
    for (const place of places) {
      place.block = end;
      place.blockLength = blockLength;
    }
    parts.push(...block);
    end += blockLength;
    payloads = [];
    places = [];
    rawLength = 0;
  };

  return {
    add(payload) {
      const place = { segment, block: -1, blockLength: -1, offset: rawLength, length: payload.length };
      payloads.push(payload);
      places.push(place);
      rawLength += payload.length;
      if (rawLength >= BLOCK_TARGET_BYTES) closeBlock();
      return place;
    },
    finish() {
      closeBlock();
      return parts;
    },
  };
};
