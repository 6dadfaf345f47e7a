import { currentPage, edgeHost, edgePlatform } from '../../platform/edge/index.js';
import { createInit } from '../index.js';

/**
 * Starts tracing where there is no Node: in web pages, workers and edge runtimes, by web standards alone. The options
 * are those of Node, in code or, where the runtime has one, its environment.
 *
 * Throws `ConfigurationError` naming every wrong option of the code, and what needs Node: files, encryption, signals.
 */
export const init = createInit({
  ...edgeHost,
  platform: edgePlatform,
  attend: (started) => currentPage()?.onHidden(() => void started.flush()) ?? { close: () => undefined },
});
