import { checkNewKey } from '../admin/index.js';
import type { ApiKey } from '../meta/index.js';
import { readArguments } from './arguments.js';
import { withAdmin } from './data-directory.js';
import { type Columns, tableLines } from './table-lines.js';
import { EXIT, type ExitCode, type World } from './world.js';

const HEAD: Columns = ['KEY', 'PROJECT', 'ENV', 'ROLE', 'STATUS', 'CREATED', 'EXPIRES'];

const columnsOf = (key: ApiKey): Columns => [
  `${key.hint}…`,
  key.project,
  key.environment,
  key.role,
  key.status,
  key.createdAt,
  key.expiresAt ?? 'never',
];

const createKey = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(
    argv,
    { values: ['--project', '--env', '--role', '--expires'], switches: [], words: [] },
    world,
  );
  if (typeof read === 'number') return read;
  const { config, flag } = read;
  const checked = checkNewKey(
    { project: flag('--project'), environment: flag('--env'), role: flag('--role'), expires: flag('--expires') },
    world.now(),
  );
  if (checked.status === 'invalid') {
    for (const error of checked.errors) world.say(`--${error}`);
    return EXIT.configuration;
  }
  const { secret } = await withAdmin(config, world, (admin) => admin.createKey(checked.wanted));
  world.out(secret);
  return EXIT.clean;
};

const listKeys = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, { values: [], switches: [], words: [] }, world);
  if (typeof read === 'number') return read;
  const keys = await withAdmin(read.config, world, (admin) => admin.listKeys());
  for (const line of tableLines([HEAD, ...keys.map(columnsOf)])) world.out(line);
  return EXIT.clean;
};

const revokeKey = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(
    argv,
    { values: [], switches: [], words: ['the key, or its beginning as `keys list` shows it,'] },
    world,
  );
  if (typeof read === 'number') return read;
  const named = (read.positionals[0] ?? '').replace(/…$/, '');
  const key = await withAdmin(read.config, world, (admin) => admin.revokeKey(named));
  if (key === null) {
    world.say('no key, or more than one, fits: give its beginning as `keys list` shows it, or the whole key');
    return EXIT.fault;
  }
  world.say(`revoked ${key.hint}… (${key.role} of ${key.project})`);
  return EXIT.clean;
};

export const keys = async ([action, ...argv]: readonly string[], world: World): Promise<ExitCode> => {
  switch (action) {
    case 'create':
      return createKey(argv, world);
    case 'list':
      return listKeys(argv, world);
    case 'revoke':
      return revokeKey(argv, world);
    default:
      world.say('keys is followed by create, list or revoke: see noveum-collector --help');
      return EXIT.configuration;
  }
};
