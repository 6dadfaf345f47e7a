export { traced, type TracedOptions } from './traced.js';
export { tracedAgent, type TracedAgentOptions } from './traced-agent.js';
