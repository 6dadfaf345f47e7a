import { requireOf } from '../../peers.js';
import { COMPLETION, eightAttributes, PROMPT } from '../../workload.js';

const { flush, initLogger, startSpan, wrapTraced } = requireOf('braintrust')('braintrust');

/** Null where its start takes no sampler. */
export const create = ({ url, mode }) => {
  if (mode === 'off') return null;
  if (mode !== 'none') initLogger({ projectName: 'bench', apiKey: 'key', appUrl: url });
  const inner = wrapTraced(async (input) => input + 1, { name: 'inner' });
  const middle = wrapTraced(async (input) => inner(input), { name: 'middle' });
  return {
    span: (step) => void startSpan({ name: 'step', event: { metadata: eightAttributes(step) } }).end(),
    llm: (step) => {
      const span = startSpan({ name: 'chat', type: 'llm' });
      span.log({
        input: [{ role: 'user', content: PROMPT }],
        output: COMPLETION,
        metadata: { model: 'gpt-4o', temperature: 0.7, max_tokens: 1024 },
        metrics: { prompt_tokens: 512 + (step & 63), completion_tokens: 498 },
      });
      span.end();
    },
    wrap3: wrapTraced(async (input) => middle(input), { name: 'outer' }),
    flush: mode === 'none' ? async () => {} : () => flush(),
  };
};
