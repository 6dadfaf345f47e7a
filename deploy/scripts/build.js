import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { root } from './paths.js';
import { runToEnd } from './processes.js';

/** Each file that is loaded costs an application's start about a millisecond: what is loaded by all of them is one. */
const bundleRedaction = () => {
  const { buildSync } = createRequire(import.meta.url)('esbuild');
  const given = { absWorkingDir: root, bundle: true, platform: 'neutral', logLevel: 'warning' };
  const from = { ...given, entryPoints: ['proto/dist/redaction/index.js'] };
  buildSync({ ...from, format: 'esm', outfile: 'proto/dist/redaction/bundle.js' });
  buildSync({ ...from, format: 'cjs', outfile: 'proto/dist/cjs/redaction/bundle.js' });
};

/** Builds what has changed since the last build. Returns an exit code. */
export const build = () => {
  const code = runToEnd(['node_modules/typescript/bin/tsc', '-b'], 'stderr');
  if (code !== 0) return code;
  bundleRedaction();
  for (const name of ['proto', 'sdk']) {
    const commonJs = join(root, name, 'dist', 'cjs');
    // Says of the files beside it what their names can't: the packages themselves are ES modules.
    if (existsSync(commonJs)) writeFileSync(join(commonJs, 'package.json'), '{ "type": "commonjs" }\n');
  }
  return 0;
};
