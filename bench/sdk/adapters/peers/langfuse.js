import { requireOf } from '../../peers.js';
import { COMPLETION, eightAttributes, PROMPT } from '../../workload.js';

const load = requireOf('langfuse');
const { LangfuseSpanProcessor } = load('@langfuse/otel');
const { observe, startObservation } = load('@langfuse/tracing');
const { AlwaysOffSampler, AlwaysOnSampler, NodeTracerProvider } = load('@opentelemetry/sdk-trace-node');

export const create = ({ url, mode }) => {
  let flush = async () => {};
  if (mode !== 'none') {
    const provider = new NodeTracerProvider({
      sampler: mode === 'off' ? new AlwaysOffSampler() : new AlwaysOnSampler(),
      spanProcessors: [new LangfuseSpanProcessor({ publicKey: 'pk', secretKey: 'sk', baseUrl: url })],
    });
    provider.register();
    flush = () => provider.forceFlush();
  }
  const inner = observe(async (input) => input + 1, { name: 'inner' });
  const middle = observe(async (input) => inner(input), { name: 'middle' });
  return {
    span: (step) => void startObservation('step', { metadata: eightAttributes(step) }).end(),
    llm: (step) => {
      const started = {
        model: 'gpt-4o',
        modelParameters: { temperature: 0.7, max_tokens: 1024 },
        input: PROMPT,
      };
      const generation = startObservation('chat', started, { asType: 'generation' });
      generation.update({ output: COMPLETION, usageDetails: { input: 512 + (step & 63), output: 498 } });
      generation.end();
    },
    wrap3: observe(async (input) => middle(input), { name: 'outer' }),
    flush,
  };
};
