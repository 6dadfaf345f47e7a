import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { cache, programs, runProgram } from './run-program.js';

/**
 * The Python of a virtual environment that holds exactly what `<client>/requirements.txt` lists. It is made once, and
 * again when the list changes.
 */
export const preparePython = async (client: string): Promise<string> => {
  const requirements = join(programs, client, 'requirements.txt');
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const home = join(cache, 'python-clients', `${client}-${hash.slice(0, 12)}`);
  const python = join(home, 'bin', 'python');
  const isWhole = join(home, 'installed');
  if (existsSync(isWhole)) return python;
  await rm(home, { recursive: true, force: true });
  await runProgram('python3', ['-m', 'venv', home], { installs: true });
  const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check', '-r', requirements];
  await runProgram(python, install, { installs: true });
  await writeFile(isWhole, '');
  return python;
};
