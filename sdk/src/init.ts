import type { NoveumClient } from './client.js';
import { nodePlatform } from './node-platform.js';
import type { NoveumOptions, ResolvedOptions } from './options/index.js';
import { logAt, optionsAtStart } from './options-at-start.js';
import { followOptionsFile } from './options/node/index.js';
import { flushAtProcessEnd } from './process-end.js';
import { startSdk } from './start.js';
import { stoppedClient } from './stopped-client.js';

const PLACE = Symbol.for('noveum.trace.client.v1');

interface Holder {
  [PLACE]?: NoveumClient | undefined;
}

const holder = globalThis as Holder;

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
  const { options: startOptions, sources, offBecause } = optionsAtStart(options);
  if (offBecause !== null) return stoppedClient(startOptions, [offBecause]);

  let current = (): ResolvedOptions => startOptions;
  const log = logAt(() => current().logLevel);
  const started = startSdk(startOptions, nodePlatform(log));
  current = () => started.options;
  const following = followOptionsFile({
    sources,
    resolved: startOptions,
    current,
    intervalMillis: FILE_INTERVAL_MILLIS,
    onUpdate: (next) => started.adopt(next),
    tell: (message) => log('warn', message),
  });
  const atEnd = flushAtProcessEnd(started, { onSignal: startOptions.flushOnSignal });
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
