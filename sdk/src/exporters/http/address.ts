import { isLoopback } from '../../options/index.js';
import { createPack, type Gzip, type Pack, plainPack } from './compression.js';

/** Packing costs more than it saves where no network is between. */
export const packFor = (url: string, gzip: Gzip): Pack => (isLoopback(url) ? plainPack : createPack({ gzip }));
