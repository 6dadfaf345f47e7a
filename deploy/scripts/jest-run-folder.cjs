const { chmodSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** A folder for what the suites of one run share. Others may enter it: an Elasticsearch node may run as another user. */
module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), 'noveum-jest-'));
  chmodSync(folder, 0o755);
  process.env.NOVEUM_TEST_RUN_DIR = folder;
  process.env.NOVEUM_TEST_RUN_PID = String(process.pid);
};
