import { BLOCK_HEADER_BYTES, BLOCK_TARGET_BYTES, encodeBlock } from './block.js';
import type { Place } from './stored-fragment.js';

/** Packs payloads into blocks, and tells afterwards where each one lies. */
export interface BlockBuilder {
  /** The place is complete once `finish` was called. */
  add(payload: Uint8Array): MutablePlace;
  /** All bytes to append, in order. */
  finish(): Uint8Array[];
}

type MutablePlace = { -readonly [name in keyof Place]: Place[name] };

/** Memory for the block under way, used again by each builder in turn. */
export interface BlockScratch {
  raw: Buffer;
}

export const createBlockScratch = (): BlockScratch => ({ raw: Buffer.allocUnsafeSlow(BLOCK_TARGET_BYTES * 2) });

export const createBlockBuilder = (scratch: BlockScratch, segment: number, start: number): BlockBuilder => {
  const parts: Uint8Array[] = [];
  let end = start;
  let places: MutablePlace[] = [];
  let rawLength = 0;

  const closeBlock = (): void => {
    if (rawLength === 0) return;
    const block = encodeBlock(scratch.raw.subarray(0, rawLength));
    const blockLength = BLOCK_HEADER_BYTES + (block[1] as Buffer).length;
    for (const place of places) {
      place.block = end;
      place.blockLength = blockLength;
    }
    parts.push(...block);
    end += blockLength;
    places = [];
    rawLength = 0;
  };

  return {
    add(payload) {
      const place = { segment, block: -1, blockLength: -1, offset: rawLength, length: payload.length };
      const needed = rawLength + payload.length;
      if (needed > scratch.raw.length) scratch.raw = grown(scratch.raw, rawLength, needed);
      scratch.raw.set(payload, rawLength);
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

const grown = (raw: Buffer, used: number, needed: number): Buffer<ArrayBuffer> => {
  const larger = Buffer.allocUnsafeSlow(needed);
  raw.copy(larger, 0, 0, used);
  return larger;
};
