import { requireOf } from '../../peers.js';
import { COMPLETION, eightAttributes, PROMPT } from '../../workload.js';

const SPANS_A_TRACE = 100;
const SETTINGS = { API_KEY: 'key', WORKSPACE: 'bench', PROJECT_NAME: 'bench', LOG_LEVEL: 'FATAL' };
for (const [name, value] of Object.entries(SETTINGS)) process.env[`OPIK_${name}`] = value;
const { flushAll, Opik, setLoggerLevel, track } = requireOf('opik')('opik');

/** Null where it can't be: its spans belong to a trace of a client, and it takes no sampler. */
export const create = ({ url, mode }) => {
  if (mode === 'off') return null;
  process.env.OPIK_URL_OVERRIDE = url;
  if (mode === 'none') process.env.OPIK_TRACK_DISABLE = 'true';
  setLoggerLevel?.('FATAL');
  const inner = track({ name: 'inner' }, async (input) => input + 1);
  const middle = track({ name: 'middle' }, async (input) => inner(input));
  const wrap3 = track({ name: 'outer' }, async (input) => middle(input));
  if (mode === 'none') return { span: () => {}, llm: () => {}, wrap3, flush: async () => {} };

  const client = new Opik({ apiKey: 'key', apiUrl: url, projectName: 'bench', workspaceName: 'bench' });
  let trace;
  let inTrace = 0;
  const currentTrace = () => {
    if (inTrace++ % SPANS_A_TRACE === 0) trace = client.trace({ name: 'trace' });
    return trace;
  };
  return {
    span: (step) =>
      void currentTrace()
        .span({ name: 'step', metadata: eightAttributes(step) })
        .end(),
    llm: (step) => {
      const input = { prompt: PROMPT };
      const called = { name: 'chat', type: 'llm', model: 'gpt-4o', provider: 'openai', input };
      const span = currentTrace().span({ ...called, metadata: { temperature: 0.7 } });
      const prompt_tokens = 512 + (step & 63);
      const usage = { prompt_tokens, completion_tokens: 498, total_tokens: prompt_tokens + 498 };
      span.update({ output: { text: COMPLETION }, usage });
      span.end();
    },
    wrap3,
    flush: async () => {
      await client.flush();
      await flushAll?.();
    },
  };
};
