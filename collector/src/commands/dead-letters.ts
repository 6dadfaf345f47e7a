import { connectAdmin } from '../admin/index.js';
import { dataPathsOf } from '../config/index.js';
import { readArguments } from './arguments.js';
import { type Columns, tableLines } from './table-lines.js';
import { EXIT, type ExitCode, type ListedLetter, type World } from './world.js';

const SHAPE = { values: ['--project'], switches: [], words: [] };
const HEAD: Columns = ['RECEIVED', 'PROJECT', 'FORMAT', 'BYTES', 'FILE'];

const columnsOf = ({ bytes, format, name, projects, receivedAtMillis }: ListedLetter): Columns => [
  new Date(receivedAtMillis).toISOString(),
  projects.length === 0 ? '?' : projects.join(','),
  format,
  String(bytes),
  name,
];

const list = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, SHAPE, world);
  if (typeof read === 'number') return read;
  const letters = await world.listDeadLetters(read.config, read.flag('--project') ?? null);
  for (const line of tableLines([HEAD, ...letters.map(columnsOf)])) world.out(line);
  return EXIT.clean;
};

const retry = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, SHAPE, world);
  if (typeof read === 'number') return read;
  const { dataDir } = read.config;
  const running = await connectAdmin(dataPathsOf(dataDir).adminSocket);
  if (running === null) {
    world.say(`no collector runs on ${dataDir}: start it, it stores what is put back`);
    return EXIT.fault;
  }
  const { left, retried } = await running.retryDeadLetters(read.flag('--project') ?? null);
  world.say(`put back ${retried} requests`);
  if (left === 0) return EXIT.clean;
  world.say(`${left} are left, since the journal took no more: try again once the store has caught up`);
  return EXIT.fault;
};

/** Requests that were acknowledged and could not be stored: what they are, and another try for them. */
export const deadLetters = async ([action, ...argv]: readonly string[], world: World): Promise<ExitCode> => {
  switch (action) {
    case 'list':
      return list(argv, world);
    case 'retry':
      return retry(argv, world);
    default:
      world.say('dead-letters is followed by list or retry: see noveum-collector --help');
      return EXIT.configuration;
  }
};
