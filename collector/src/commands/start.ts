import { type AdminServer, createAdminHandlers, createAdminServer } from '../admin/index.js';
import { type CollectorConfig, ConfigurationError, dataPathsOf, showConfig } from '../config/index.js';
import { readArguments } from './arguments.js';
import { listeningLine, welcomeLines } from './listening-line.js';
import { EXIT, type ExitCode, type Listening, type RunningCollector, type World } from './world.js';

const CLOSE_WITHIN_MILLIS = 10_000;

type Ending = 'closed' | 'late' | 'again';

const within = (millis: number): { readonly late: Promise<Ending>; clear(): void } => {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const timer = setTimeout(resolve, millis, 'late');
  return {
    late: promise,
    clear: () => {
      clearTimeout(timer);
    },
  };
};

interface Started {
  readonly collector: RunningCollector;
  readonly admin: AdminServer;
}

const startAll = async (config: CollectorConfig, { startCollector, now }: World): Promise<Started> => {
  const collector = await startCollector(config);
  const { access, backup, rederive, retryDeadLetters } = collector;
  try {
    const handlers = createAdminHandlers({ access, backup, rederive, retryDeadLetters, now });
    return {
      collector,
      admin: await createAdminServer({ path: dataPathsOf(config.dataDir).adminSocket, handlers, now }),
    };
  } catch (error) {
    await collector.close();
    throw error;
  }
};

const closeAll = async ({ collector, admin }: Started): Promise<Ending> => {
  await admin.close();
  await collector.close();
  return 'closed';
};

const AFTERWARDS = 'what is acknowledged lies in the journal and is stored at the next start';

const stop = async (started: Started, world: World): Promise<ExitCode> => {
  const timer = within(CLOSE_WITHIN_MILLIS);
  const again = world.stopSignal().then((): Ending => 'again');
  const ending = await Promise.race([closeAll(started), timer.late, again]);
  timer.clear();
  if (ending === 'closed') return EXIT.clean;
  world.say(
    ending === 'late'
      ? `not closed within ${CLOSE_WITHIN_MILLIS / 1_000} s; ${AFTERWARDS}`
      : `stopped by a second signal; ${AFTERWARDS}`,
  );
  return EXIT.fault;
};

const announce = (
  { http, grpc, access }: RunningCollector,
  { dataDir, store }: CollectorConfig,
  world: World,
): void => {
  const listening: Listening = { http, grpc, dataDir, store, auth: access.mode() };
  world.out(listeningLine(listening));
  const isNpmStart = world.env.npm_lifecycle_event === 'start';
  if (world.isTerminal || isNpmStart) for (const line of welcomeLines(listening)) world.say(line);
};

/** Runs until a signal. */
export const start = async (argv: readonly string[], world: World): Promise<ExitCode> => {
  const read = readArguments(argv, { values: [], switches: ['--print-config'], words: [] }, world);
  if (typeof read === 'number') return read;
  const { config } = read;
  if (read.has('--print-config')) {
    world.out(showConfig(config));
    return EXIT.clean;
  }
  const stopped = world.stopSignal();
  let started: Started;
  try {
    started = await startAll(config, world);
  } catch (error) {
    world.say((error as Error).message);
    return error instanceof ConfigurationError ? EXIT.configuration : EXIT.fault;
  }
  announce(started.collector, config, world);
  await stopped;
  return stop(started, world);
};
