import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { lockDirectory } from './index.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-lock-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('the lock of a directory', () => {
  it('refuses a second holder by the process that has it and the directory', async () => {
    const lock = await lockDirectory(directory);
    const second = lockDirectory(directory);
    await expect(second).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE' });
    await expect(second).rejects.toThrow(`the data directory ${directory} is in use by process ${String(process.pid)}`);
    await lock.release();
  });

  it('is free again after its release, which may be called twice', async () => {
    const lock = await lockDirectory(directory);
    await lock.release();
    await lock.release();
    const next = await lockDirectory(directory);
    await next.release();
  });

  it('is given to one only of many who ask at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(directory)));
    const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
  });

  it('leaves other directories alone', async () => {
    const other = await mkdtemp(join(tmpdir(), 'noveum-lock-'));
    const locks = [await lockDirectory(directory), await lockDirectory(other)];
    for (const lock of locks) await lock.release();
    await rm(other, { recursive: true });
  });

  const built = join(__dirname, '../../dist/journal/index.js');
  const isExpected = existsSync(built) || process.env['CI'] === 'true';
  const title = 'is held by another process until that is killed, and then free at once';
  (isExpected ? it : it.skip)(isExpected ? title : `${title} (needs the build)`, async () => {
    const script = `
      import { lockDirectory } from ${JSON.stringify(pathToFileURL(built).href)};
      await lockDirectory(${JSON.stringify(directory)});
      console.log('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      const isHeld = new Promise((resolve) => child.stdout.once('data', () => resolve(true)));
      expect(await Promise.race([isHeld, gone])).toBe(true);
      await expect(lockDirectory(directory)).rejects.toThrow(`in use by process ${String(child.pid)}`);
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
    const lock = await lockDirectory(directory);
    await lock.release();
  });
});
