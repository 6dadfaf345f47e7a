import { setFlagsFromString } from 'node:v8';

import { openCodeCache } from './code-cache.js';

/**
 * V8 reads how its garbage collector works once, at the start of a process, so the flags have to be there before any
 * code is. One thread for the collector: with two cores the helper threads of two isolates cost more CPU than they
 * save in pauses (measured: 0.036 → 0.029 s per 1,000 spans, pauses below 10 ms). No marking of the old generation
 * below 64 MiB: with V8's own start it was marked for every 20,000 spans (measured: a tenth of all CPU). And a small
 * nursery for the main thread, where few objects hold much memory, the chunks that bodies come in: they go with the
 * nursery's next collection, or else with the whole heap's (measured: 435 → 360 MB under load, four collections of the
 * heap → none).
 */
const OWN_NURSERY = '--max-semi-space-size=4';
/** Read at each start of a thread: its limits decide. */
const NURSERY_BY_LIMITS = '--max-semi-space-size=0';
const FLAGS = [
  '--single-threaded-gc',
  '--initial-old-space-size=64',
  OWN_NURSERY,
  '--disable-warning=ExperimentalWarning',
];

/**
 * glibc's allocator reads these at the start, too (see mallopt(3)). One arena for all threads, and large bodies given
 * back to the system as they are freed (measured: peak of memory 354 → 310 MB under load, 540 → 411–494 MB with 128
 * senders of 15 MiB bodies).
 */
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String(4 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(16 * 1024 * 1024),
};

type Execve = (file: string, argv: readonly string[], env: NodeJS.ProcessEnv) => never;

/**
 * Replaces this process by itself with the flags set: same pid, same files, no child. Does nothing where they are
 * set already or where the platform has no execve.
 */
export const tuneProcess = (environment: NodeJS.ProcessEnv): void => {
  const { execve } = process as { execve?: Execve };
  if (process.execArgv.includes(OWN_NURSERY)) setFlagsFromString(NURSERY_BY_LIMITS);
  if (execve === undefined || process.platform === 'win32' || process.execArgv.includes('--single-threaded-gc')) return;
  process.removeAllListeners('warning');
  const argv = [process.execPath, ...FLAGS, ...process.execArgv, ...process.argv.slice(1)];
  const cache = openCodeCache(environment);
  // Threads read it as well (measured: 1.50 → 1.32 s of CPU until the first line).
  const codeCache = cache === null ? {} : { NODE_COMPILE_CACHE: cache };
  execve.call(process, process.execPath, argv, { ...ALLOCATOR, ...codeCache, ...environment });
};
