import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const FIXTURE = join(process.cwd(), 'sdk/test/support/decorated.fixture.txt');

/** Its text. */
export const DECORATED_SOURCE = readFileSync(FIXTURE, 'utf8');

/** The fixture's source, or another, as TypeScript compiles its decorators; what it imports is `imported`. */
export const compileDecorated = (
  experimentalDecorators: boolean,
  imported: object,
  source = DECORATED_SOURCE,
): Record<string, unknown> => {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { experimentalDecorators, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const exports: Record<string, unknown> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the fixture as a compiler has made it
  const run = new Function('exports', 'require', outputText) as (exports: object, require: () => object) => void;
  run(exports, () => imported);
  return exports;
};

export interface Assistant {
  greet(name: string): string;
  ask(question: string): Promise<string>;
  stream(count: number): AsyncGenerator<number>;
}

export interface AssistantClass {
  new (): Assistant;
  lookUp(key: string): number;
}
