import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';
import { runToEnd } from './processes.js';

/** Builds what has changed since the last build. Returns an exit code. */
export const build = () => {
  const code = runToEnd(['node_modules/typescript/bin/tsc', '-b'], 'stderr');
  for (const name of ['proto', 'sdk']) {
    const commonJs = join(root, name, 'dist', 'cjs');
    // Says of the files beside it what their names can't: the packages themselves are ES modules.
    if (existsSync(commonJs)) writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');
  }
  return code;
};
