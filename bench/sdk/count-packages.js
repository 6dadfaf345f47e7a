import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packages, the SDK's own included, that an application gets which installs the SDK and OpenTelemetry's API. */
export const countPackages = () => {
  const folder = mkdtempSync(join(tmpdir(), 'noveum-packages-'));
  const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const packed = npm(
      ROOT,
      'pack',
      '-w',
      'noveum-proto',
      '-w',
      'noveum-trace',
      '--pack-destination',
      folder,
      '--json',
    );
    const files = JSON.parse(packed).map(({ filename }) => join(folder, filename));
    npm(folder, 'init', '--yes');
    npm(folder, 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...files, '@opentelemetry/api');
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
    return Object.keys(packages).filter((path) => path !== '').length;
  } finally {
    rmSync(folder, { recursive: true });
  }
};
