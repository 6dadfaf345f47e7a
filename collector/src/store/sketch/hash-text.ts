const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * MurmurHash3_x86_32 (Austin Appleby, public domain) over UTF-16 code units, two to a block. Two seeds
 * make 64 bits. Stored sketches depend on it: it must never change.
 */
export const hashText = (text: string, seed: number): number => {
  let hash = seed;
  const { length } = text;
  for (let at = 0; at < length; at += 2) {
    let block = text.charCodeAt(at);
    if (at + 1 < length) block |= text.charCodeAt(at + 1) << 16;
    block = Math.imul(block, C1);
    block = Math.imul((block << 15) | (block >>> 17), C2);
    hash ^= block;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};
