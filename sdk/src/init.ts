import type { NoveumClient } from './client.js';
import { ConfigurationError } from './errors/index.js';
import { refusedExporters } from './exporters-of.js';
import { nodePlatform } from './node-platform.js';
import {
  type LogLevel,
  type NoveumOptions,
  type ResolvedOptions,
  resolveOptions,
  startableOptions,
} from './options/index.js';
import { followOptionsFile, readSources } from './options/node/index.js';
import { flushAtProcessEnd } from './process-end.js';
import { startSdk } from './start.js';
import { stoppedClient } from './stopped-client.js';

const PLACE = Symbol.for('noveum.trace.client.v1');

interface Holder {
  [PLACE]?: NoveumClient | undefined;
}

const holder = globalThis as Holder;

/** The levels that say more than warnings. */
const TELLS_INFO: readonly LogLevel[] = ['info', 'debug', 'verbose', 'all'];
const TELLS_WARNINGS: readonly LogLevel[] = ['warn', ...TELLS_INFO];

const logAt =
  (logLevel: () => LogLevel) =>
  (level: 'warn' | 'info', message: string): void => {
    if ((level === 'warn' ? TELLS_WARNINGS : TELLS_INFO).includes(logLevel()))
      process.stderr.write(`noveum-trace: ${message}\n`);
  };

/** The file of options is looked at so often. */
const FILE_INTERVAL_MILLIS = 2_000;

/**
 * Starts tracing, by options, `noveum-trace.{yaml,yml,json}` and environment; all of them may be left out. A second
 * call gives the client of the first.
 *
 * Throws `ConfigurationError` naming every wrong option of the code; a wrong environment or file turns tracing off
 * with one message on standard error (with `strict`: throws).
 */
export const init = (options?: NoveumOptions): NoveumClient => {
  const running = holder[PLACE];
  if (running !== undefined) return running;
  const sources = readSources(options);
  const resolution = resolveOptions(sources);
  const start = startableOptions(resolution);
  let current = (): ResolvedOptions => start.options;
  const log = logAt(() => current().logLevel);
  if (start.disabledBecause !== null) log('warn', start.disabledBecause);
  for (const warning of resolution.warnings) log('warn', warning);
  const refused = refusedExporters(start.options.exporters, true);
  if (refused.length > 0 && !start.options.disabled) {
    const error = new ConfigurationError(refused);
    if (start.options.strict || options?.exporters !== undefined) throw error;
    log('warn', `tracing is off, because of wrong settings:\n${error.message}`);
    return stoppedClient(start.options, [error.message]);
  }
  if (start.options.disabled) return stoppedClient(start.options, [start.disabledBecause ?? 'option disabled is true']);

  const started = startSdk(start.options, nodePlatform(log));
  current = () => started.options;
  const following = followOptionsFile({
    sources,
    resolved: start.options,
    current,
    intervalMillis: FILE_INTERVAL_MILLIS,
    onUpdate: (next) => started.adopt(next),
    tell: (message) => log('warn', message),
  });
  const atEnd = flushAtProcessEnd(started, { onSignal: start.options.flushOnSignal });
  const { adopt: _adopt, ...api } = started;
  const client: NoveumClient = {
    ...api,
    get options() {
      return started.options;
    },
    shutdown: async (timeoutMillis) => {
      if (holder[PLACE] === client) holder[PLACE] = undefined;
      atEnd.forget();
      following.close();
      await started.shutdown(timeoutMillis);
    },
  };
  holder[PLACE] = client;
  return client;
};

/** The client that `init` has started; undefined before it and after `shutdown`. */
export const getClient = (): NoveumClient | undefined => holder[PLACE];
