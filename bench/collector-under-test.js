import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../collector/dist/main.js', import.meta.url));
const CLOCK_TICKS_PER_SECOND = 100;

/** Starts the built collector on free ports; `readyMillis` is from spawn to its first line. */
export const startCollector = async (dataDir, args = []) => {
  const started = performance.now();
  const flags = ['--http-port', '0', '--grpc-port', '0', '--data-dir', dataDir, '--log-level', 'error'];
  const child = spawn(process.execPath, [MAIN, ...flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => {
      reject(new Error('the collector did not start'));
    });
  });
  const { http } = JSON.parse(line);
  return {
    http,
    pid: child.pid,
    dataDir,
    readyMillis: performance.now() - started,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

/** CPU seconds of a process since its start, all threads, user and system. */
export const cpuSeconds = (pid) => {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
};

/** The most memory that a process has held, in MiB. */
export const peakMemoryMiB = (pid) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** A metric's value, summed over its labels. */
export const metric = async (http, name) => {
  const text = await (await fetch(`${http}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
};

/** Waits until all that was acknowledged is stored; the stored spans of this process. */
export const drained = async (http, timeoutMillis = 120_000) => {
  const deadline = Date.now() + timeoutMillis;
  for (;;) {
    if ((await metric(http, 'noveum_drain_lag_bytes')) === 0) return metric(http, 'noveum_stored_spans_total');
    if (Date.now() > deadline) throw new Error('the collector did not store all within the time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
