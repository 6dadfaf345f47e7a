import { type AdminHandlers, checkRederive, connectAdmin } from '../admin/index.js';
import { dataPathsOf } from '../config/index.js';
import type { RederiveReport } from '../store/index.js';
import { readArguments } from './arguments.js';
import { withLock } from './data-directory.js';
import { sayProgress } from './progress.js';
import { EXIT, type ExitCode, type World } from './world.js';

const SHAPE = { values: ['--since', '--until', '--project'], switches: ['--dry-run'], words: [] };

const USD_PLACES = 6;
const usd = (amount: number): string => `${amount.toFixed(USD_PLACES)} USD`;

/** What was found, for people; the report itself goes to standard output, for programs. */
const linesOf = ({ changed, cost, failed, fields, tokens, traces }: RederiveReport, dryRun: boolean): string[] => [
  `looked at ${traces} traces: ${changed} ${dryRun ? 'would change' : 'changed'}, ${failed} could not be derived`,
  ...Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, count]) => `  ${field}: ${count}`),
  `cost: ${usd(cost.before)} before, ${usd(cost.after)} after`,
  `tokens: ${tokens.before} before, ${tokens.after} after`,
];

/** Derives stored traces anew by today's rules and prices: in the running collector, or under the directory's lock. */
export const rederive = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, SHAPE, world);
  if (typeof read === 'number') return read;
  const { config, flag, has } = read;
  const [since, until, project] = [flag('--since'), flag('--until'), flag('--project')];
  const dryRun = has('--dry-run');
  const checked = checkRederive({ since, until, project, dryRun }, world.now());
  if (checked.status === 'invalid') {
    for (const error of checked.errors) world.say(`--${error}`);
    return EXIT.configuration;
  }
  const cancelled = new AbortController();
  void world.stopSignal().then(() => {
    cancelled.abort(new Error('cancelled; what was derived till then stays so'));
  });
  const parameters = [checked.request, sayProgress('rederive', world), cancelled.signal] as const;
  const running: Pick<AdminHandlers, 'rederive'> | null = await connectAdmin(dataPathsOf(config.dataDir).adminSocket);
  const report =
    running === null
      ? await withLock(config.dataDir, () => world.rederiveStored(config, ...parameters))
      : await running.rederive(...parameters);
  for (const line of linesOf(report, dryRun)) world.say(line);
  world.out(JSON.stringify({ ...report, dryRun }));
  return EXIT.clean;
};
