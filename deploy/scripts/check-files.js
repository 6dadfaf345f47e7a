import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';

const MACHINE_PATH = /(?<![\w.:/-])\/(?:work|root|Users|home)\/[\w.-]+/;
const REGISTRY_IN_LOCK = /"resolved": "https?:/;
const TOP_LEVEL = new Set([
  'sdk',
  'collector',
  'proto',
  'deploy',
  'docs',
  'examples',
  'bench',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'jest.config.ts',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
]);
const LINES_WARNED_AT = 300;
const LONG_BY_NATURE =
  /^(package-lock\.json|LICENSE)$|^docs\/|\.md$|\/generated\/|\/fixtures\/|\.json$|^bench\/loadgen\/go\.sum$/;

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

const problems = [];
const warnings = [];
for (const file of files) {
  const top = file.split('/')[0];
  if (!top.startsWith('.') && !TOP_LEVEL.has(top)) problems.push(`${file}: the top level has no place for it`);
  const bytes = readFileSync(join(root, file));
  if (bytes.subarray(0, 8_000).includes(0)) continue;
  const lines = bytes.toString('utf8').split('\n');
  lines.forEach((line, index) => {
    if (MACHINE_PATH.test(line) && file !== 'deploy/scripts/check-files.js')
      problems.push(`${file}:${index + 1}: names a path of one machine`);
    if (file === 'package-lock.json' && REGISTRY_IN_LOCK.test(line))
      problems.push(`${file}:${index + 1}: names a registry host`);
  });
  if (lines.length > LINES_WARNED_AT && !LONG_BY_NATURE.test(file))
    warnings.push(`${file}: ${lines.length} lines (over ${LINES_WARNED_AT})`);
}
for (const warning of warnings) console.warn(`warning ${warning}`);
for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} problems, ${warnings.length} warnings`);
process.exitCode = problems.length > 0 ? 1 : 0;
