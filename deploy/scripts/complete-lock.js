// A registry that serves only some platforms' binaries leaves the others out of the lock, and `npm ci` then refuses
// the lock as out of step. This writes the missing optional platform packages in, by what their names say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './paths.js';

const PLATFORM = /-(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>[a-z0-9]+)(?:-(?<abi>[a-z]+))?$/;

const entryOf = (parent, name, version) => {
  const { os, cpu, abi } = PLATFORM.exec(name)?.groups ?? {};
  if (os === undefined || !/^\d/.test(version)) return null;
  const libc = os === 'linux' ? { libc: [abi?.startsWith('musl') ? 'musl' : 'glibc'] } : {};
  const dev = parent.dev === true ? { dev: true } : {};
  return { version, cpu: [cpu], ...dev, license: parent.license, optional: true, os: [os], ...libc };
};

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = {};
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => place in lock.packages)) continue;
    const entry = entryOf(parent, name, version);
    if (entry === null) console.warn(`left out: ${name}@${version}, its name says no platform`);
    else added[`node_modules/${name}`] = entry;
  }
}
const packages = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
console.log(`${Object.keys(added).length} platform packages added`);
