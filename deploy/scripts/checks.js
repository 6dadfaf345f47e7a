import { build } from './build.js';
import { runToEnd } from './processes.js';

const bin = (path, ...args) => [`node_modules/${path}`, ...args];

const API_REPORTS = ['sdk/api-extractor.json', 'sdk/api-extractor.edge.json'].map((config) =>
  bin('@microsoft/api-extractor/bin/api-extractor', 'run', '-c', config),
);

const CHECKS = {
  types: [
    bin(
      'typescript/bin/tsc',
      '-b',
      'proto/tsconfig.test.json',
      'collector/tsconfig.test.json',
      'sdk/tsconfig.test.json',
      'deploy/tsconfig.tools.json',
    ),
  ],
  lint: [bin('eslint/bin/eslint.js', '--config', '.eslint.config.js', '.', '--max-warnings', '0')],
  format: [bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')],
  layers: [
    bin(
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      'proto/src',
      'collector/src',
      'sdk/src',
    ),
  ],
  unused: [bin('knip/bin/knip.js', '--config', '.knip.json', '--no-progress')],
  packages: ['proto', 'sdk'].flatMap((name) => [
    bin('publint/src/cli.js', name, '--strict'),
    bin('@arethetypeswrong/cli/dist/index.js', '--pack', name, '--quiet'),
  ]),
  // Of exports that were meant to change: `npm run api` writes the reports anew.
  api: API_REPORTS,
  licences: [['deploy/scripts/check-licences.js']],
  files: [['deploy/scripts/check-files.js']],
};

/** These read what the build makes; a build that fails is an error of types. */
const ON_THE_BUILD = ['types', 'lint', 'packages', 'api'];

/** Runs the named checks, or all of them, each to its end, so that one run shows everything. Resolves to an exit code. */
export const runChecks = async (names) => {
  const unknown = names.find((name) => !(name in CHECKS));
  if (unknown !== undefined) {
    console.error(`unknown check "${unknown}", expected one of ${Object.keys(CHECKS).join(', ')}`);
    return 2;
  }
  const failed = [];
  const wanted = names.length > 0 ? names : Object.keys(CHECKS);
  const built = !wanted.some((name) => ON_THE_BUILD.includes(name)) || (await build()) === 0;
  for (const name of wanted) {
    const startedAt = Date.now();
    const passed = CHECKS[name].every((args) => runToEnd(args) === 0) && (built || name !== 'types');
    if (!passed) failed.push(name);
    console.log(`${passed ? 'ok    ' : 'FAILED'} check:${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  if (failed.length > 0) console.log(`failed: ${failed.map((name) => `check:${name}`).join(', ')}`);
  return failed.length > 0 ? 1 : 0;
};
