import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { transform } from 'esbuild';

const ROOT = join(__dirname, '../../..');

interface Block {
  readonly code: string;
  readonly language: string;
}

export interface DocPage {
  /** The marks of the blocks, in their order. */
  readonly names: readonly string[];
  /** How many blocks of code there are, marked or not. */
  readonly codeBlocks: number;
  /** The JavaScript of a block; of one in TypeScript, without the types. Throws where there is none of that mark. */
  scriptOf(name: string): Promise<string>;
}

/** A page of `docs/`, whose code blocks have marks like `<!-- test: start -->` above them. */
export const readDocPage = (file: string): DocPage => {
  const page = readFileSync(join(ROOT, 'docs', file), 'utf8');
  const blocks = new Map<string, Block>(
    [...page.matchAll(/<!-- test: (\S+) -->\n```(js|ts)\n(.*?)^```$/gms)].map(
      ([, name = '', language = '', code = '']) => [name, { code, language }],
    ),
  );
  return {
    names: [...blocks.keys()],
    codeBlocks: [...page.matchAll(/^```(js|ts)$/gm)].length,
    async scriptOf(name) {
      const block = blocks.get(name);
      if (block === undefined) throw new Error(`docs/${file} has no block marked "${name}"`);
      if (block.language === 'js') return block.code;
      return (await transform(block.code, { loader: 'ts', target: 'es2022' })).code;
    },
  };
};

/** Runs it as an application in `directory` of the repository would, with the built package. Throws where it fails. */
export const runScript = (
  script: string,
  environment: NodeJS.ProcessEnv = {},
  directory = 'sdk',
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(ROOT, directory),
    env: { ...process.env, ...environment },
  });
