import { fileURLToPath } from 'node:url';

import { backup, restore } from './backup.js';
import { deadLetters } from './dead-letters.js';
import { HELP } from './help.js';
import { keys } from './keys.js';
import { migrate } from './migrate.js';
import { rederive } from './rederive.js';
import { start } from './start.js';
import { EXIT, type ExitCode, type World } from './world.js';

type Command = (argv: readonly string[], world: World) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  keys,
  backup,
  restore,
  rederive,
  migrate,
  'dead-letters': deadLetters,
};

const versionOf = (world: World): string => {
  const content = world.readFile(fileURLToPath(new URL('../../package.json', import.meta.url)));
  return (JSON.parse(content) as { version: string }).version;
};

/** One command from its words to its exit code; only a bug makes it reject. */
export const runCommand = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  if (argv.includes('--help') || argv.includes('-h')) {
    world.out(HELP);
    return EXIT.clean;
  }
  if (argv.includes('--version')) {
    world.out(versionOf(world));
    return EXIT.clean;
  }
  const [first = ''] = argv;
  const isNamed = first !== '' && !first.startsWith('-');
  const name = isNamed ? first : 'start';
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    world.say(`unknown command ${JSON.stringify(name)}: see noveum-collector --help`);
    return EXIT.configuration;
  }
  try {
    return await command(isNamed ? argv.slice(1) : argv, world);
  } catch (error) {
    world.say(`${name}: ${(error as Error).message}`);
    return EXIT.fault;
  }
};
