const { spawnSync } = require('node:child_process');
const { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const MEMORY = '/dev/shm';
const PREFIX = 'noveum-jest-';
/** A whole run holds some 1 GB at a time; the suites and their processes need the rest. */
const LEAST_FREE_BYTES = 3e9;
const LEAST_MEMORY_BYTES = 6e9;

const hasRoom = () => {
  const { bavail, bsize } = statfsSync(MEMORY);
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? [];
  return bavail * bsize >= LEAST_FREE_BYTES && Number(kibibytes) * 1024 >= LEAST_MEMORY_BYTES;
};

/** In a container it may be mounted `noexec`; an Elasticsearch node loads a library from its temporary folder. */
const runsCode = (folder) => {
  const script = join(folder, 'runs');
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(script);
  rmSync(script);
  return status === 0;
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** What runs that were killed have left: unlike a disk, memory is short. */
const removeLeft = () => {
  for (const name of readdirSync(MEMORY)) {
    const [, pid] = /^noveum-jest-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
};

/**
 * A folder in memory for what the tests and their processes write, or null where there is no such place or too little of
 * it. That a disk takes its time over each fsync proves nothing, and takes a third of the time of a run; what a power cut
 * leaves is simulated, and what a kill leaves is the same.
 */
const makeMemoryFolder = () => {
  try {
    removeLeft();
    if (!hasRoom()) return null;
    const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`));
    if (runsCode(folder)) {
      chmodSync(folder, 0o755);
      return folder;
    }
    rmSync(folder, { recursive: true });
  } catch {
    // The disk does as well.
  }
  return null;
};

module.exports = { makeMemoryFolder };
