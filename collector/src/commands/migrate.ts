import { connectAdmin } from '../admin/index.js';
import { dataPathsOf } from '../config/index.js';
import type { MigratedDay, MigrateReport } from '../store/index.js';
import { readArguments } from './arguments.js';
import { createProgressBar } from './progress-bar.js';
import { EXIT, type ExitCode, type World } from './world.js';

const SHAPE = { values: ['--to'], switches: ['--check'], words: [] };
const STOPPED = 'stopped; what was copied is kept: the same command goes on from there';

const counted = ({ spans, traces }: MigratedDay['embedded']): string => `${traces} traces, ${spans} spans`;

const lineOf = ({ day, differing, elasticsearch, embedded, project }: MigratedDay): string =>
  `${day} ${project}: embedded ${counted(embedded)}; Elasticsearch ${counted(elasticsearch)}; ${differing} traces differ`;

const sumOf = (days: readonly MigratedDay[], side: 'embedded' | 'elasticsearch'): string =>
  counted({
    traces: days.reduce((sum, day) => sum + day[side].traces, 0),
    spans: days.reduce((sum, day) => sum + day[side].spans, 0),
  });

/** What was found, for people; the report itself goes to standard output, for programs. */
const linesOf = (report: MigrateReport, isCheckOnly: boolean): string[] => {
  const { copied, days, erased, healed, isCaughtUp, keys, refused } = report;
  return [
    ...(isCheckOnly
      ? []
      : [`copied ${copied} traces, ${healed} of them once more, and ${keys} keys; ${erased} traces erased since`]),
    ...(refused === 0 ? [] : [`${refused} traces were not taken by Elasticsearch`]),
    ...days.filter(({ differing }) => differing > 0).map(lineOf),
    `embedded: ${sumOf(days, 'embedded')}; Elasticsearch: ${sumOf(days, 'elasticsearch')}`,
    ...(isCaughtUp ? [] : ['the collector goes on storing: once it has ended, the same command copies the rest']),
  ];
};

/** Copies the embedded store into Elasticsearch and compares; what differs is a fault. */
export const migrate = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, SHAPE, world);
  if (typeof read === 'number') return read;
  const { config, flag, has } = read;
  if (flag('--to') !== 'elasticsearch') {
    world.say('--to must be elasticsearch');
    return EXIT.configuration;
  }
  if (config.elasticsearch === null) {
    world.say(
      'migrate needs elasticsearch.url or elasticsearch.cloudId in the file (--config), or ELASTICSEARCH_URL where no store is chosen',
    );
    return EXIT.configuration;
  }
  const isCheckOnly = has('--check');
  const cancelled = new AbortController();
  void world.stopSignal().then(() => {
    cancelled.abort(new Error(STOPPED));
  });
  const bar = createProgressBar(world);
  const isCollectorRunning = async (): Promise<boolean> =>
    (await connectAdmin(dataPathsOf(config.dataDir).adminSocket)) !== null;
  let report: MigrateReport;
  try {
    report = await world.migrateStored(
      config,
      { isCheckOnly, isCollectorRunning },
      ({ done, phase, total }) => {
        bar.show(phase, done, total);
      },
      cancelled.signal,
    );
  } finally {
    bar.clear();
  }
  for (const line of linesOf(report, isCheckOnly)) world.say(line);
  world.out(JSON.stringify(report));
  return report.days.some(({ differing }) => differing > 0) ? EXIT.fault : EXIT.clean;
};
