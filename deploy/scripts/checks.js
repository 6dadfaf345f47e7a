import { availableParallelism } from 'node:os';

import { runCaptured } from './processes.js';

const bin = (path, ...args) => [`node_modules/${path}`, ...args];

const API_REPORTS = ['sdk/api-extractor.json', 'sdk/api-extractor.edge.json'].map((config) =>
  bin('@microsoft/api-extractor/bin/api-extractor', 'run', '-c', config),
);

const lint = (...of) => bin('eslint/bin/eslint.js', '--config', '.eslint.config.js', '--max-warnings', '0', ...of);

/** Each check is parts that may run beside one another, each of them commands in sequence. The longest come first. */
const CHECKS = {
  files: [[['deploy/scripts/check-files.js']]],
  licences: [[['deploy/scripts/check-licences.js']]],
  format: [[bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.')]],
  // Two halves that share no program of the compiler.
  lint: [[lint('collector')], [lint('.', '--ignore-pattern', 'collector/**')]],
  types: [
    [
      bin(
        'typescript/bin/tsc',
        '-b',
        'proto/tsconfig.test.json',
        'collector/tsconfig.test.json',
        'sdk/tsconfig.test.json',
        'deploy/tsconfig.tools.json',
      ),
    ],
  ],
  packages: ['proto', 'sdk'].map((name) => [
    bin('publint/src/cli.js', name, '--strict'),
    bin('@arethetypeswrong/cli/dist/index.js', '--pack', name, '--quiet'),
  ]),
  // Of exports that were meant to change: `npm run api` writes the reports anew.
  api: API_REPORTS.map((report) => [report]),
  layers: [
    [
      bin(
        'dependency-cruiser/bin/dependency-cruiser.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        'proto/src',
        'collector/src',
        'sdk/src',
      ),
    ],
  ],
  unused: [[bin('knip/bin/knip.js', '--config', '.knip.json', '--no-progress')]],
};

/** These read what the build makes; a build that fails is an error of types. */
const ON_THE_BUILD = ['types', 'lint', 'packages', 'api'];
/** These don't look where it writes. */
const BESIDE_THE_BUILD = ['files', 'licences', 'format'];

const BUILD = ['deploy/scripts/run.js', 'build'];
/** A half of the linter takes some 2 GB. */
const MOST_AT_ONCE = 4;

const seconds = (millis) => `${(millis / 1000).toFixed(1)} s`;

/** Lets as many run at once as there are processors; the others wait in the order they came. */
const createLanes = () => {
  let free = Math.min(MOST_AT_ONCE, availableParallelism());
  const waiting = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
};

/** Runs commands until one fails. Resolves to what they wrote, how long they took, and whether all ended well. */
const runPart = async (commands) => {
  const startedAt = Date.now();
  let written = '';
  for (const command of commands) {
    const { code, output } = await runCaptured(command);
    written += output;
    if (code !== 0) return { passed: false, written, millis: Date.now() - startedAt };
  }
  return { passed: true, written, millis: Date.now() - startedAt };
};

/**
 * Runs the named checks, or all of them, each to its end, so that one run shows everything. What one writes stands
 * together, with its verdict below. Resolves to an exit code.
 */
export const runChecks = async (names) => {
  const unknown = names.find((name) => !(name in CHECKS));
  if (unknown !== undefined) {
    console.error(`unknown check "${unknown}", expected one of ${Object.keys(CHECKS).join(', ')}`);
    return 2;
  }
  const inLane = createLanes();
  const wanted = Object.keys(CHECKS).filter((name) => names.length === 0 || names.includes(name));
  const building = wanted.some((name) => ON_THE_BUILD.includes(name)) ? inLane(() => runPart([BUILD])) : null;
  const runCheck = async (name) => {
    const built =
      building !== null && !BESIDE_THE_BUILD.includes(name) ? await building : { passed: true, written: '' };
    const parts = await Promise.all(CHECKS[name].map((commands) => inLane(() => runPart(commands))));
    const passed = parts.every((part) => part.passed) && (built.passed || name !== 'types');
    process.stdout.write(parts.map(({ written }) => written).join(''));
    if (name === 'types') process.stdout.write(built.written);
    const took = parts.reduce((sum, { millis }) => sum + millis, 0);
    console.log(`${passed ? 'ok    ' : 'FAILED'} check:${name} (${seconds(took)})`);
    return passed ? [] : [name];
  };
  const startedAt = Date.now();
  const failed = (await Promise.all(wanted.map(runCheck))).flat();
  console.log(`${wanted.length} checks (${seconds(Date.now() - startedAt)})`);
  if (failed.length > 0) console.log(`failed: ${failed.map((name) => `check:${name}`).join(', ')}`);
  return failed.length > 0 ? 1 : 0;
};
