import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { backupObjection, isData, NO_BACKUP } from '../admin/index.js';
import { readArguments } from './arguments.js';
import { copyData } from './copy-data.js';
import { withAdmin, withLock } from './data-directory.js';
import { sayProgress } from './progress.js';
import { EXIT, type ExitCode, type World } from './world.js';

const DIRECTORY = { values: [], switches: [], words: ['the directory of the backup'] };

const isInside = (path: string, directory: string): boolean => `${path}/`.startsWith(`${directory}/`);

export const backup = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, DIRECTORY, world);
  if (typeof read === 'number') return read;
  const { dataDir, store } = read.config;
  if (store === 'elasticsearch') {
    world.say(NO_BACKUP);
    return EXIT.configuration;
  }
  const target = resolve(read.positionals[0] ?? '');
  if (isInside(target, dataDir)) {
    world.say(`the backup must lie outside the data directory ${dataDir}`);
    return EXIT.configuration;
  }
  await withAdmin(read.config, world, (admin) => admin.backup(target, sayProgress('backup', world)));
  world.say(`backed up ${dataDir} to ${target}`);
  return EXIT.clean;
};

export const restore = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, DIRECTORY, world);
  if (typeof read === 'number') return read;
  const { dataDir, store } = read.config;
  if (store === 'elasticsearch') {
    world.say(NO_BACKUP);
    return EXIT.configuration;
  }
  const source = resolve(read.positionals[0] ?? '');
  const objection = await backupObjection(source);
  if (objection !== null) {
    world.say(objection);
    return EXIT.configuration;
  }
  return withLock(dataDir, async () => {
    const held = (await readdir(dataDir)).filter(isData);
    if (held.length > 0) {
      world.say(`the data directory must be empty, ${dataDir} holds ${held.length} entries`);
      return EXIT.configuration;
    }
    await copyData(source, dataDir, sayProgress('restore', world));
    world.say(`restored ${source} to ${dataDir}`);
    return EXIT.clean;
  });
};
