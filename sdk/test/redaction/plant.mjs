// Traces texts in by every channel that a span has, out by every exporter, with redaction on: <file of {texts, endpoint,
// nowhere, directory}>. What it prints is exported, too.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { createTraceState, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';

import { init, observe, span, traceLlm, withContext } from '../../dist/index.js';

const { texts, endpoint, nowhere, directory, redaction } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const client = init({
  project: 'shop',
  endpoint,
  redaction,
  captureContent: true,
  logLevel: 'debug',
  resourceAttributes: { owner: texts[0], [`key ${texts[0]}`]: 'a' },
  exporters: [
    { type: 'noveum', endpoint: `${endpoint}/native` },
    { type: 'otlp', endpoint: `${endpoint}/protobuf`, protocol: 'http/protobuf' },
    { type: 'otlp', endpoint: `${endpoint}/json`, protocol: 'http/json', compression: 'none' },
    { type: 'otlp', endpoint: nowhere },
    { type: 'file', path: join(directory, 'traces.jsonl'), format: 'jsonl' },
    { type: 'file', path: join(directory, 'otlp.jsonl'), format: 'otlp' },
    'console',
  ],
  spool: { directory: join(directory, 'spool') },
  retry: { maxAttempts: 1 },
});

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const isMember = (text) => /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{1,256}$/.test(text) && !text.endsWith(' ');

for (const text of texts) {
  const told = { ...ids, ...(isMember(text) ? { traceState: createTraceState(`vendor=${text}`) } : {}) };
  const made = trace.getTracer(`scope ${text}`, text).startSpan(
    `name ${text}`,
    {
      attributes: {
        text,
        list: ['a', text],
        [`key ${text}`]: 1,
        json: JSON.stringify({ messages: [{ content: text }], [text]: JSON.stringify([text]) }),
        'http.url': `https://example.com/?q=${encodeURIComponent('a')}&text=${text}`,
      },
      links: [{ context: told, attributes: { link: text } }],
    },
    trace.setSpanContext(ROOT_CONTEXT, { ...told, isRemote: true }),
  );
  made.addEvent(`event ${text}`, { of: text });
  made.recordException(new Error(text));
  made.setStatus({ code: SpanStatusCode.ERROR, message: text });
  made.end();
  const fields = { userId: text, sessionId: text, tags: [text], metadata: { [text]: text } };
  withContext(fields, () => {
    span('callback', (made) => {
      made.setInput({ prompt: text }).setOutput([text]).addScore({ name: 's', label: text, explanation: text });
      made.recordError(new Error(text, { cause: text }));
      return text;
    });
    observe((given) => ({ given, of: new Map([[text, text]]) }), { name: text })({ a: [text] });
    traceLlm(() => ({ model: 'gpt-4o', choices: [{ message: { role: 'assistant', content: text } }] }), {
      name: 'llm',
    })({ model: 'gpt-4o', messages: [{ role: 'user', content: text }] });
  });
}
await client.flush();
const { createdSpans } = client.getStats();
await client.shutdown();
console.log(`traced ${createdSpans}`);
