const { chmodSync, mkdirSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const { makeMemoryFolder } = require('./memory-folder.cjs');

/**
 * A folder for what the suites of one run share, and for their temporary files. Others may enter it: an Elasticsearch
 * node may run as another user. A TMPDIR that is given is kept to.
 */
module.exports = () => {
  const inMemory = process.env.TMPDIR === undefined ? makeMemoryFolder() : null;
  const folder = inMemory ?? mkdtempSync(join(tmpdir(), 'noveum-jest-'));
  chmodSync(folder, 0o755);
  if (inMemory !== null) {
    process.env.TMPDIR = join(folder, 'tmp');
    mkdirSync(process.env.TMPDIR);
    chmodSync(process.env.TMPDIR, 0o1777);
  }
  process.env.NOVEUM_TEST_RUN_DIR = folder;
  process.env.NOVEUM_TEST_RUN_PID = String(process.pid);
};
