// The same with Noveum's SDK: one line to start, functions stay what they are. Prints its trace id.
import { getCurrentTrace, init, traceAgent, traceLlm } from 'noveum-trace';

const client = init({ project: 'default', serviceName: 'weather-agent-sdk' }); // NOVEUM_ENDPOINT says where to

const ask = traceLlm(
  async (question) => ({ answer: `${question} No.`, usage: { prompt_tokens: 21, completion_tokens: 7 } }),
  { model: 'gpt-4o', provider: 'openai' },
);

const weatherAgent = traceAgent(
  async (question) => {
    await ask(question);
    return getCurrentTrace().traceId;
  },
  { name: 'weather' },
);

const traceId = await weatherAgent('Will it rain in Berlin?');
await client.shutdown();
console.log(traceId);
