import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';
import { runToEnd } from './processes.js';

const CJS = './dist/cjs/';

/**
 * Says of the CommonJS files beside it what their names can't: the packages themselves are ES modules. A package's
 * `imports` count within its nearest package.json, so they are said again.
 */
const commonJsPackage = (name) => {
  const { imports = {} } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
  const here = Object.entries(imports).map(([key, { require }]) => [key, require.replace(CJS, './')]);
  return { type: 'commonjs', ...(here.length > 0 && { imports: Object.fromEntries(here) }) };
};

/** Builds what has changed since the last build. Returns an exit code. */
export const build = () => {
  const code = runToEnd(['node_modules/typescript/bin/tsc', '-b'], 'stderr');
  for (const name of ['proto', 'sdk']) {
    const commonJs = join(root, name, 'dist', 'cjs');
    if (existsSync(commonJs))
      writeFileSync(join(commonJs, 'package.json'), `${JSON.stringify(commonJsPackage(name))}\n`);
  }
  return code;
};
