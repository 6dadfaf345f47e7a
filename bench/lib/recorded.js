import { createServer } from 'node:http';

import { createDecoder } from '../../collector/dist/decode/index.js';
import { fragmentsOf } from '../../collector/dist/normalise/index.js';
import { runLoad } from './loadgen.js';
import { createTextCorpus } from './text-corpus.js';

const LIMITS = {
  bodyBytes: 16 * 1024 * 1024,
  unpackedBytes: 64 * 1024 * 1024,
  attributesPerSpan: 1_000,
  attributeValueBytes: 1024 * 1024,
  nesting: 64,
  spanNameBytes: 4_096,
};
const NANOS_PER_MILLI = 1_000_000n;

const readAll = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const recordOf = (body) => ({
  format: 'otlp-traces',
  receivedAtMillis: Date.now(),
  project: null,
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body,
});

/** Journal records of as many requests of the load generator: 20 LLM traces of 8 spans each, no two the same. */
export const recordRequests = async (requests) => {
  const records = [];
  const server = createServer((request, response) => {
    readAll(request).then((body) => {
      records.push(recordOf(body));
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const http = `http://127.0.0.1:${server.address().port}`;
    await runLoad({ http }, ['-shape', 'llm', '-traces', 20, '-c', 2, '-n', requests, '-d', '1h']);
    return records.slice(0, requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const text = (key, stringValue) => ({ key, value: { stringValue } });
const count = (key, intValue) => ({ key, value: { intValue } });

/** Makes the records of what comes later: one more chat for each trace of a record, 1,000 bytes each way. */
export const createLateSpans = () => {
  const corpus = createTextCorpus();
  const decoder = createDecoder({ limits: LIMITS, newTraceId: () => '', nowMillis: Date.now });
  let number = 0;

  const spanOf = ({ facts, traceKey }) => {
    number += 1;
    const texts = corpus.textsOf(number);
    const textOf = (field) => texts.find((each) => each.field === field).text;
    const start = facts.startUnixNano + 1_000n * NANOS_PER_MILLI;
    return {
      traceId: traceKey,
      spanId: number.toString(16).padStart(16, '0'),
      parentSpanId: Buffer.from(facts.spanIds.subarray(0, 8)).toString('hex'),
      name: 'chat gpt-4o',
      kind: 3,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + 800n * NANOS_PER_MILLI),
      attributes: [
        text('gen_ai.operation.name', 'chat'),
        text('gen_ai.provider.name', 'openai'),
        text('gen_ai.request.model', 'gpt-4o'),
        text('gen_ai.response.model', 'gpt-4o-2024-08-06'),
        count('gen_ai.usage.input_tokens', 900),
        count('gen_ai.usage.output_tokens', 220),
        text('gen_ai.input.messages', JSON.stringify([{ role: 'user', content: textOf('prompt') }])),
        text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', content: textOf('response') }])),
      ],
    };
  };

  return {
    async of(record) {
      const fragments = fragmentsOf(record);
      const [{ project }] = fragments;
      const resource = { attributes: [text('noveum.project', project), text('service.name', 'bench-late')] };
      const bytes = Buffer.from(
        JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: fragments.map(spanOf) }] }] }),
      );
      const outcome = await decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes });
      if (outcome.status !== 'decoded') throw new Error(`late spans were refused: ${outcome.problem.issue}`);
      return { ...recordOf(outcome.record.body), project };
    },
    close: () => decoder.close(),
  };
};
