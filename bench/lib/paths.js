import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export const COLLECTOR_MAIN = at('../../collector/dist/main.js');
export const LOADGEN_SOURCE = at('../loadgen/');
export const LOADGEN = at('../.cache/loadgen');
export const RESULTS = at('../results/');
