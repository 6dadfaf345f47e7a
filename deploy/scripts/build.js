import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundleEntries } from './bundle.js';
import { root } from './paths.js';
import { runToEnd } from './processes.js';

/** What an application or a thread of it loads, each as one file. */
const ENTRIES = {
  'proto/dist': ['redaction/index.js'],
  'sdk/dist': ['index.js', 'register.js', 'edge.js', 'pipeline-thread.js'],
};

/** Builds what has changed since the last build. Resolves to an exit code. */
export const build = async () => {
  const code = runToEnd(['node_modules/typescript/bin/tsc', '-b'], 'stderr');
  if (code !== 0) return code;
  for (const name of ['proto', 'sdk']) {
    const commonJs = join(root, name, 'dist', 'cjs');
    // Says of the files beside it what their names can't: the packages themselves are ES modules.
    if (existsSync(commonJs)) writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');
  }
  for (const [dist, entries] of Object.entries(ENTRIES)) await bundleEntries(dist, entries);
  return 0;
};
