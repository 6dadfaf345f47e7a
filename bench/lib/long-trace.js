import { randomBytes } from 'node:crypto';

const SPANS_PER_REQUEST = 160;
const CHILDREN = 12;
const NANOS_PER_MILLI = 1_000_000n;
const WORDS = 'the order was shipped on monday and will arrive within three days unless the weather turns '.split(' ');

const words = (count, from) =>
  Array.from({ length: count }, (_, at) => WORDS[(from * 7 + at * at) % WORDS.length]).join(' ');

const attribute = (key, value) => ({
  key,
  value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
});

const messages = (role, content) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);

/** What a span of such a trace says: agents above, calls with their messages and tools below. */
const attributesOf = (number) => {
  if (number % 50 === 0)
    return { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': `agent-${(number / 50) % 7}` };
  if (number % 5 === 0) return { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': `tool-${number % 9}` };
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': 'gpt-4o-2024-08-06',
    'gen_ai.response.id': `chatcmpl-${number}`,
    'gen_ai.usage.input_tokens': 400 + (number % 300),
    'gen_ai.usage.output_tokens': 50 + (number % 100),
    'gen_ai.input.messages': messages('user', words(80, number)),
    'gen_ai.output.messages': messages('assistant', words(40, number + 1)),
  };
};

/** Span 0 is the root, each has twelve children. */
const spanOf = (traceId, number, spanIds, start) => {
  const begin = start + BigInt(number) * NANOS_PER_MILLI;
  return {
    traceId,
    spanId: spanIds[number],
    ...(number === 0 ? {} : { parentSpanId: spanIds[Math.floor((number - 1) / CHILDREN)] }),
    name: `step ${number % 40}`,
    kind: 1,
    startTimeUnixNano: String(begin),
    endTimeUnixNano: String(begin + 40n * NANOS_PER_MILLI),
    attributes: Object.entries(attributesOf(number)).map(([key, value]) => attribute(key, value)),
    status: {},
  };
};

/** Sends one trace of so many spans by OTLP/JSON, in requests of 160; resolves to its id and those of its spans. */
export const sendLongTrace = async (http, spans) => {
  const traceId = randomBytes(16).toString('hex');
  const spanIds = Array.from({ length: spans }, () => randomBytes(8).toString('hex'));
  const start = BigInt(Date.now() - spans) * NANOS_PER_MILLI;
  for (let from = 0; from < spans; from += SPANS_PER_REQUEST) {
    const part = spanIds.slice(from, from + SPANS_PER_REQUEST);
    const body = {
      resourceSpans: [
        {
          resource: { attributes: [attribute('service.name', 'bench-long')] },
          scopeSpans: [
            { scope: { name: 'bench' }, spans: part.map((_, at) => spanOf(traceId, from + at, spanIds, start)) },
          ],
        },
      ],
    };
    const response = await fetch(`${http}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`a part of the long trace was answered ${response.status}`);
  }
  return { traceId, spanIds };
};
