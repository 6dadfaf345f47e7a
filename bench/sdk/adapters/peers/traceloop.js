import { requireOf } from '../../peers.js';
import { apiSpans } from '../plain-otel.js';

const { forceFlush, getTraceloopTracer, initialize, withTask, withWorkflow } =
  requireOf('traceloop')('@traceloop/node-server-sdk');

/** Null where its start takes no sampler. */
export const create = ({ url, mode }) => {
  if (mode === 'off') return null;
  if (mode !== 'none')
    initialize({
      appName: 'bench',
      apiKey: 'key',
      baseUrl: url,
      silenceInitializationMessage: true,
      traceloopSyncEnabled: false,
    });
  const inner = (input) => withTask({ name: 'inner' }, async (given) => given + 1, input);
  const middle = (input) => withTask({ name: 'middle' }, (given) => inner(given), input);
  return {
    ...apiSpans(getTraceloopTracer()),
    wrap3: (input) => withWorkflow({ name: 'outer' }, (given) => middle(given), input),
    flush: mode === 'none' ? async () => {} : () => forceFlush(),
  };
};
