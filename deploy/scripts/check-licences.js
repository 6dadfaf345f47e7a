import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';

const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** An SPDX expression of names, AND, OR and brackets holds where a reader free to choose can stay permissive. */
export const isPermissive = (expression) => {
  const words = expression.replaceAll('/', ' OR ').replaceAll(/[()]/g, ' $& ').trim().split(/\s+/);
  let at = 0;
  const term = () => {
    if (words[at] !== '(') return PERMISSIVE.has(words[at++]);
    at++;
    const inner = either();
    at++;
    return inner;
  };
  const both = () => {
    let holds = term();
    while (words[at] === 'AND' && ++at) holds = term() && holds;
    return holds;
  };
  const either = () => {
    let holds = both();
    while (words[at] === 'OR' && ++at) holds = both() || holds;
    return holds;
  };
  return either() && at === words.length;
};

const installedLicence = (path) => {
  const file = join(root, path, 'package.json');
  if (!existsSync(file)) return null;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof license === 'string') return license;
  if (typeof license?.type === 'string') return license.type;
  return Array.isArray(licenses) ? licenses.map(({ type }) => type).join(' OR ') : null;
};

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const problems = [];
let seen = 0;
for (const [path, entry] of Object.entries(packages)) {
  if (!path.includes('node_modules/') || entry.link === true) continue;
  seen++;
  const licence = typeof entry.license === 'string' ? entry.license : installedLicence(path);
  if (licence === null) problems.push(`${path}: says no licence`);
  else if (!isPermissive(licence)) problems.push(`${path}: ${licence}`);
}
for (const problem of problems) console.error(problem);
console.log(`${seen} packages, ${problems.length} without a permissive licence`);
process.exitCode = problems.length > 0 || seen === 0 ? 1 : 0;
