/** SHA-256 (FIPS 180-4), small and synchronous: it runs where neither Node's crypto nor await is to be had. */
const K = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) >>> 0;

const isPrime = (candidate: number): boolean => {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) return false;
  return true;
};

for (let prime = 2, found = 0; found < 64; prime++) {
  if (!isPrime(prime)) continue;
  if (found < 8) INITIAL[found] = fraction(Math.sqrt(prime));
  K[found++] = fraction(Math.cbrt(prime));
}

const rotate = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

const padded = (message: Uint8Array): DataView => {
  const bytes = new Uint8Array(((message.length + 8) >> 6) * 64 + 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, message.length * 8);
  view.setUint32(bytes.length - 8, Math.floor(message.length / 2 ** 29));
  return view;
};

const schedule = (view: DataView, block: number): Uint32Array => {
  const w = new Uint32Array(64);
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(block + i * 4);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15] as number;
    const b = w[i - 2] as number;
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
  }
  return w;
};

type State = [number, number, number, number, number, number, number, number];

const compress = (state: Uint32Array, w: Uint32Array): void => {
  let [a, b, c, d, e, f, g, h] = state as unknown as State;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] as number) + word));
};

const wordsOf = (message: Uint8Array): Uint32Array => {
  const view = padded(message);
  const state = INITIAL.slice();
  for (let block = 0; block < view.byteLength; block += 64) compress(state, schedule(view, block));
  return state;
};

const hexOf = (words: Uint32Array): string => [...words].map((word) => word.toString(16).padStart(8, '0')).join('');

/** Lower-case hex, 64 digits. */
export const sha256Hex = (text: string): string => hexOf(wordsOf(new TextEncoder().encode(text)));

const BLOCK_BYTES = 64;

const bytesOf = (words: Uint32Array): Uint8Array => {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, i) => view.setUint32(i * 4, word));
  return bytes;
};

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
};

/** HMAC-SHA-256 (RFC 2104) of the text's UTF-8 under the key's: lower-case hex, 64 digits. */
export const hmacSha256Hex = (key: string, text: string): string => {
  const encoder = new TextEncoder();
  const keyBytes = encoder.encode(key);
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(keyBytes.length > BLOCK_BYTES ? bytesOf(wordsOf(keyBytes)) : keyBytes);
  const inner = wordsOf(
    joined(
      block.map((byte) => byte ^ 0x36),
      encoder.encode(text),
    ),
  );
  return hexOf(
    wordsOf(
      joined(
        block.map((byte) => byte ^ 0x5c),
        bytesOf(inner),
      ),
    ),
  );
};
