import { requireOf } from '../../peers.js';
import { COMPLETION, PROMPT } from '../../workload.js';
import { apiSpans } from '../plain-otel.js';

const load = requireOf('phoenix');
const { getLLMAttributes, register, trace, traceAgent, traceChain, traceTool } = load('@arizeai/phoenix-otel');

/** Null where its start takes no sampler. */
export const create = ({ url, mode }) => {
  if (mode === 'off') return null;
  let flush = async () => {};
  if (mode !== 'none') {
    const provider = register({ projectName: 'bench', url, apiKey: 'key' });
    flush = () => provider.forceFlush();
  }
  const tracer = trace.getTracer('bench');
  const inner = traceTool(async (input) => input + 1, { name: 'inner' });
  const middle = traceChain(async (input) => inner(input), { name: 'middle' });
  return {
    ...apiSpans(tracer),
    llm: (step) => {
      const attributes = getLLMAttributes({
        provider: 'openai',
        modelName: 'gpt-4o',
        invocationParameters: { temperature: 0.7, max_tokens: 1024 },
        inputMessages: [{ role: 'user', content: PROMPT }],
        outputMessages: [{ role: 'assistant', content: COMPLETION }],
        tokenCount: { prompt: 512 + (step & 63), completion: 498, total: 1010 + (step & 63) },
      });
      tracer.startSpan('chat', { attributes: { 'openinference.span.kind': 'LLM', ...attributes } }).end();
    },
    wrap3: traceAgent(async (input) => middle(input), { name: 'outer' }),
    flush,
  };
};
