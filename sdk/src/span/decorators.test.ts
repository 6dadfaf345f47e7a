import { join } from 'node:path';

import ts from 'typescript';

import { type AssistantClass, compileDecorated, DECORATED_SOURCE } from '../../test/support/decorated.js';
import { type Host, startHost } from '../../test/support/otel-host.js';
import * as span from './index.js';

const compiled = (experimentalDecorators: boolean, source?: string): Record<string, unknown> =>
  compileDecorated(experimentalDecorators, span, source);

let host: Host;
afterEach(() => {
  host.stop();
});

describe.each([
  ["TC39's", false],
  ["TypeScript's older", true],
])('methods under %s decorators', (_name, isLegacy) => {
  test('do as before, in spans of the kind told', async () => {
    host = startHost({ content: true });
    const { Assistant } = compiled(isLegacy) as unknown as { Assistant: AssistantClass };
    const assistant = new Assistant();
    expect(assistant.greet('you')).toBe('hello you');
    expect(await assistant.ask('?')).toBe('kept?');
    const seen: number[] = [];
    for await (const value of assistant.stream(3)) seen.push(value);
    expect(seen).toEqual([0, 1, 2]);
    expect(Assistant.lookUp('key')).toBe(3);
    expect(() => Assistant.lookUp('')).toThrow(RangeError);
    expect(host.spans().map(({ name, status }) => [name, status.code])).toEqual([
      ['greet', 0],
      ['chat gpt-4o', 0],
      ['invoke_agent helper', 0],
      ['execute_tool lookUp', 0],
      ['execute_tool lookUp', 2],
    ]);
    expect(assistant.greet.name).toBe('greet');
    expect(host.faults).toEqual([]);
  });
});

test("fields that hold a function are traced by TC39's decorators, others stay as they are", () => {
  host = startHost();
  const { Holder } = compiled(
    false,
    `import { trace } from 'noveum-trace';
     export class Holder { base = 2; @trace twice = (x: number) => x * this.base; @trace other = 5 as never; }`,
  ) as { Holder: new () => { twice(x: number): number; other: number } };
  const holder = new Holder();
  expect([holder.twice(4), holder.other]).toEqual([8, 5]);
  expect(host.spans().map(({ name }) => name)).toEqual(['twice']);
});

test('what can be no function is left alone and reported', () => {
  host = startHost();
  const { Odd } = compiled(
    false,
    `import { trace } from 'noveum-trace';
     export @trace class Odd { value = 1; }`,
  ) as { Odd: new () => { value: number } };
  expect(new Odd().value).toBe(1);
  expect(host.faults.map(({ where }) => where)).toEqual(['decorator']);
});

describe('types', () => {
  test.each([
    ["TC39's", false],
    ["TypeScript's older", true],
  ])('of the fixture hold under %s decorators', (_name, experimentalDecorators) => {
    const root = join(process.cwd(), 'sdk/src/span/decorated-fixture.ts');
    const options: ts.CompilerOptions = {
      experimentalDecorators,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'],
      module: ts.ModuleKind.NodeNext,
      types: ['node'],
    };
    const source = DECORATED_SOURCE.replace("'noveum-trace'", "'./index.js'");
    const disk = ts.createCompilerHost(options);
    const files = ts.createCompilerHost(options);
    files.fileExists = (name) => name === root || disk.fileExists(name);
    files.readFile = (name) => (name === root ? source : disk.readFile(name));
    files.getSourceFile = (name, ...rest) =>
      name === root ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : disk.getSourceFile(name, ...rest);
    const program = ts.createProgram([root], options, files);
    const problems = ts.getPreEmitDiagnostics(program, program.getSourceFile(root));
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });
});
