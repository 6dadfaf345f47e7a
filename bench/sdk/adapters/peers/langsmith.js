import { requireOf } from '../../peers.js';
import { COMPLETION, eightAttributes, PROMPT } from '../../workload.js';

const load = requireOf('langsmith');
const { Client, RunTree } = load('langsmith');
const { traceable } = load('langsmith/traceable');

export const create = ({ url, mode }) => {
  const isOn = mode !== 'none';
  process.env.LANGSMITH_TRACING = String(isOn);
  if (mode === 'off') process.env.LANGSMITH_TRACING_SAMPLING_RATE = '0';
  const client = new Client({ apiUrl: url, apiKey: 'key' });
  const inner = traceable(async (input) => input + 1, { name: 'inner', client });
  const middle = traceable(async (input) => inner(input), { name: 'middle', client });

  const run = async (config, outputs) => {
    const tree = new RunTree({ ...config, client, tracingEnabled: isOn });
    if (isOn) await tree.postRun();
    await tree.end(outputs);
    if (isOn) await tree.patchRun();
  };
  return {
    span: (step) =>
      run({ name: 'step', run_type: 'chain', inputs: {}, extra: { metadata: eightAttributes(step) } }, {}),
    llm: (step) => {
      const input_tokens = 512 + (step & 63);
      const usage_metadata = { input_tokens, output_tokens: 498, total_tokens: input_tokens + 498 };
      const metadata = { ls_model_name: 'gpt-4o', ls_provider: 'openai', ls_temperature: 0.7 };
      const inputs = { messages: [{ role: 'user', content: PROMPT }] };
      return run(
        { name: 'chat', run_type: 'llm', inputs, extra: { metadata } },
        { choices: [{ message: { role: 'assistant', content: COMPLETION } }], usage_metadata },
      );
    },
    wrap3: traceable(async (input) => middle(input), { name: 'outer', client }),
    flush: () => client.awaitPendingTraceBatches(),
  };
};
