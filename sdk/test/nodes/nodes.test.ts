import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type RunningCollector, startCollector } from '../support/collector.js';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../..');

/** `deploy/scripts/fetch-nodes.js` brings those that aren't the project's own. */
const binaryOf = (major: number): string =>
  major === 24
    ? join(ROOT, 'node_modules/node/bin/node')
    : join(ROOT, `.cache/nodes/${String(major)}/node_modules/node-${process.platform}-${process.arch}/bin/node`);

/** On a developer's machine those that were never fetched are left out; elsewhere their absence is a failure. */
const MAJORS = [20, 22, 24, 26].filter((major) => process.env['CI'] !== undefined || existsSync(binaryOf(major)));

interface Told {
  readonly node: string;
  readonly traceId: string;
  readonly isFlushed: boolean;
  readonly worker: boolean;
  readonly stats: object;
}

const FORMS = [
  ['an ES module', ['app.mjs']],
  ['a CommonJS module', ['app.cjs']],
  ['an ES module behind register', ['--import', 'noveum-trace/register', 'preloaded.mjs']],
] as const;

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector.stop());

describe.each(MAJORS)('Node %d', (major) => {
  test.each(FORMS)('%s traces by way of the thread', async (_form, args) => {
    const { stdout, stderr } = await run(binaryOf(major), [...args], {
      cwd: __dirname,
      env: { PATH: process.env['PATH'], NOVEUM_ENDPOINT: collector.http, NOVEUM_SERVICE_NAME: 'app' },
    });
    expect(stderr).toBe('');
    const { node, traceId, isFlushed, worker, stats } = JSON.parse(stdout) as Told;
    expect(node).toMatch(new RegExp(`^v${String(major)}\\.`));
    expect({ isFlushed, worker }).toEqual({ isFlushed: true, worker: true });
    expect(stats).toMatchObject({ createdSpans: 4, exporters: { noveum: { acknowledgedSpans: 4 } } });
    const { spans } = await collector.trace(traceId, 4);
    const names = (spans as readonly { readonly name: string }[]).map(({ name }) => name);
    expect(names.sort()).toEqual(['answer', 'by hand', 'request', 'weather']);
  });
});
