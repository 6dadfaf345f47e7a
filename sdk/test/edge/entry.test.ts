import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { bundleFor } from '../support/bundle.js';

const namesOf = (entry: string, condition?: string): readonly string[] => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...(condition === undefined ? [] : [`--conditions=${condition}`]),
      '--input-type=module',
      '--eval',
      `console.log(JSON.stringify(Object.keys(await import('${entry}'))))`,
    ],
    { cwd: join(__dirname, '../..'), encoding: 'utf8' },
  );
  if (stderr !== '') throw new Error(stderr);
  return (JSON.parse(stdout) as readonly string[]).toSorted();
};

test.each(['browser', 'worker', 'workerd', 'edge-light'])(
  'under the condition %s no module of Node can be reached',
  (condition) => {
    const { code, inputs } = bundleFor(condition, "import * as all from 'noveum-trace'; globalThis.all = all;");
    expect(inputs).toContain('dist/bundle/edge.js');
    expect(inputs.filter((input) => /^node:|\/node\/|node-/.test(input.replace(/^.*node_modules/, '')))).toEqual([]);
    expect(code).not.toMatch(/require\("(?:node:)?(?:fs|path|http|https|crypto|zlib|os|async_hooks|worker_threads)"\)/);
  },
  120_000,
);

test('an edge runtime gets every name that Node gets', () => {
  const names = namesOf('noveum-trace');
  expect(names).toContain('init');
  expect(namesOf('noveum-trace/edge')).toEqual(names);
  expect(namesOf('noveum-trace', 'edge-light')).toEqual(names);
});
