import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { Gzip } from '../http/index.js';

const pack = promisify<Uint8Array, { level: number }, Buffer<ArrayBuffer>>(gzip);

/** Two to three times as fast as zlib's default; 2 % larger on spans of short attributes, a third on long texts. */
const LEVEL = 1;

/** In libuv's threads, not in the caller's. */
export const nodeGzip: Gzip = (bytes) => pack(bytes, { level: LEVEL });
