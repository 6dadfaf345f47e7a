import { type NoveumClient, stoppedClient } from '../client/index.js';
import {
  type Log,
  logAt,
  type NoveumOptions,
  optionsAtStart,
  type OptionsHost,
  type OptionSources,
  type ResolvedOptions,
} from '../options/index.js';
import type { Platform } from '../platform/index.js';
import { type StartedSdk, startSdk } from './start.js';

/** What starting the SDK needs of the runtime it starts in. */
export interface Host<Sources extends OptionSources> extends OptionsHost<Sources> {
  readonly platform: (log: Log) => Platform;
  /** What goes on beside the SDK while it runs: the file of options, the end of the process or page. */
  readonly attend: (started: StartedSdk, sources: Sources, log: Log) => { close(): void };
}

const PLACE = Symbol.for('noveum.trace.client.v1');

interface Holder {
  [PLACE]?: NoveumClient | undefined;
}

const holder = globalThis as Holder;

/** `init` for one kind of runtime. */
export const createInit =
  <Sources extends OptionSources>(host: Host<Sources>) =>
  (options?: NoveumOptions): NoveumClient => {
    const running = holder[PLACE];
    if (running !== undefined) return running;
    const { options: startOptions, sources, offBecause } = optionsAtStart(options, host);
    if (offBecause !== null) return stoppedClient(startOptions, [offBecause]);

    let current = (): ResolvedOptions => startOptions;
    const log = logAt(host.write, () => current().logLevel);
    const started = startSdk(startOptions, host.platform(log));
    current = () => started.options;
    const attending = host.attend(started, sources, log);
    const { adopt: _adopt, metricsText: _metricsText, tellError: _tellError, ...api } = started;
    const client: NoveumClient = {
      ...api,
      get options() {
        return started.options;
      },
      shutdown: async (timeoutMillis) => {
        if (holder[PLACE] === client) holder[PLACE] = undefined;
        attending.close();
        await started.shutdown(timeoutMillis);
      },
    };
    holder[PLACE] = client;
    return client;
  };

/** The client that `init` has started; undefined before it and after `shutdown`. */
export const getClient = (): NoveumClient | undefined => holder[PLACE];
