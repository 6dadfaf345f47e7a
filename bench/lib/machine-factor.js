import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { LOADGEN } from './paths.js';

/**
 * How much slower this machine is at the moment than the one of docs/adr/0002's figures, by one piece of work: zstd
 * level 1 over a body of 160 LLM spans took 524 µs of CPU there. On both cores at once, as they are while a load runs:
 * virtual cores that share a real one, or a busy neighbour, make CPU time itself longer.
 */
const REFERENCE_MICROS = 524;
const THREADS = 2;

const WORK = `
const { readFileSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const { zstdCompressSync, constants } = require('node:zlib');
const body = readFileSync(workerData);
const compress = () => zstdCompressSync(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
for (let warm = 0; warm < 50; warm++) compress();
const before = process.threadCpuUsage();
for (let run = 0; run < 1000; run++) compress();
const used = process.threadCpuUsage(before);
parentPort.postMessage((used.user + used.system) / 1000);
`;

const microsOfOne = (bodyFile) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(WORK, { eval: true, workerData: bodyFile });
    worker.once('message', resolve);
    worker.once('error', reject);
  });

/** 1: as fast; 1.4: everything takes 1.4 times the CPU. */
export const machineFactor = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-body-'));
  const body = join(directory, 'body');
  try {
    spawnSync(LOADGEN, ['-dump', body, '-shape', 'llm', '-traces', '20']);
    const micros = await Promise.all(Array.from({ length: THREADS }, () => microsOfOne(body)));
    return micros.reduce((sum, each) => sum + each, 0) / THREADS / REFERENCE_MICROS;
  } finally {
    rmSync(directory, { recursive: true });
  }
};
