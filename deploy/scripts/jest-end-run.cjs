const { spawnSync } = require('node:child_process');
const { existsSync, rmSync } = require('node:fs');
const { join } = require('node:path');

const script = join(__dirname, '..', 'elasticsearch', 'es.sh');

/** Stops the Elasticsearch node that a suite may have started. A run that is killed doesn't come here: the node watches it. */
module.exports = () => {
  const folder = process.env.NOVEUM_TEST_RUN_DIR;
  const node = join(folder, 'elasticsearch', 'node');
  if (existsSync(node)) spawnSync(script, ['stop'], { env: { ...process.env, ES_RUN: node }, stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
};
