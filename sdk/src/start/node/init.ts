import { followOptionsFile } from '../../options/node/index.js';
import { flushAtProcessEnd, nodeHost, nodePlatform } from '../../platform/node/index.js';
import { startPrometheusEndpoint } from '../../self-metrics/node/index.js';
import { createInit } from '../index.js';

/** The file of options is looked at so often. */
const FILE_INTERVAL_MILLIS = 2_000;

/**
 * Starts tracing, by options, `noveum-trace.{yaml,yml,json}` and environment; all of them may be left out. A second
 * call gives the client of the first.
 *
 * Throws `ConfigurationError` naming every wrong option of the code; a wrong environment or file turns tracing off
 * with one message on standard error (with `strict`: throws).
 */
export const init = createInit({
  ...nodeHost,
  platform: nodePlatform,
  attend: (started, sources, log) => {
    const resolved = started.options;
    const following = followOptionsFile({
      sources,
      resolved,
      current: () => started.options,
      intervalMillis: FILE_INTERVAL_MILLIS,
      onUpdate: (next) => started.adopt(next),
      tell: (message) => log('warn', message),
    });
    const atEnd = flushAtProcessEnd(started, {
      onSignal: resolved.flushOnSignal,
      tell: (message) => log('warn', message),
    });
    const endpoint =
      resolved.prometheus === null
        ? undefined
        : startPrometheusEndpoint({
            ...resolved.prometheus,
            text: started.metricsText,
            onListening: (url) => log('info', `metrics of the SDK are at ${url}`),
            onError: (error) => {
              log('warn', `there are no metrics for Prometheus: ${String(error)}`);
              started.tellError(error, 'prometheus');
            },
          });
    return {
      close: () => {
        endpoint?.close();
        atEnd.forget();
        following.close();
      },
    };
  },
});
