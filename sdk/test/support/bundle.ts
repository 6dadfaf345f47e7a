import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

export interface Bundle {
  readonly code: string;
  /** The modules that are in it. */
  readonly inputs: readonly string[];
}

/** What a bundler for browsers makes of an ES module that imports the built package. Throws where it can't. */
export const bundleFor = (condition: string, source: string): Bundle => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-bundle-'));
  try {
    const [out, meta] = [join(directory, 'out.js'), join(directory, 'meta.json')];
    const options = ['--bundle', '--platform=browser', '--format=iife', '--log-level=error', '--target=es2022'];
    const { status, stderr } = spawnSync(
      join(ROOT, 'node_modules/.bin/esbuild'),
      [...options, `--conditions=${condition}`, `--outfile=${out}`, `--metafile=${meta}`],
      { input: source, cwd: join(ROOT, 'sdk'), encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const { inputs } = JSON.parse(readFileSync(meta, 'utf8')) as { readonly inputs: object };
    return { code: readFileSync(out, 'utf8'), inputs: Object.keys(inputs) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
