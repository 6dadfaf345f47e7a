import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';

import { decryptAttribute, init, startSpan } from './index.js';

const KEY = new Uint8Array(32).fill(7);

test.each([
  ['at once', () => KEY],
  ['later', () => new Promise<Uint8Array>((resolve) => setImmediate(() => resolve(KEY)))],
])('the option encrypts what is chosen, after redaction, with a key that comes %s', async (_when, key) => {
  const exporter = new InMemorySpanExporter();
  const client = init({
    exporters: [exporter],
    redaction: true,
    limits: { attributeValueLengthLimit: 30 },
    encryption: { attributes: ['secret.*'], keyId: 'k', key },
  });
  const span = startSpan('a', {
    attributes: { 'secret.text': 'I am ada@example.com', 'secret.count': 7, open: 'open' },
  });
  span.addEvent('e', { 'secret.event': 'hidden' });
  span.end();
  await client.flush();
  const [sent] = exporter.getFinishedSpans();
  const open = (value: unknown, name: string) => decryptAttribute(String(value), KEY, { ...sent!.spanContext(), name });
  expect(open(sent?.attributes['secret.text'], 'secret.text')).toMatchObject({ value: 'I am [EMAIL]' });
  expect(open(sent?.attributes['secret.count'], 'secret.count')).toMatchObject({ value: 7 });
  expect(open(sent?.events[0]?.attributes?.['secret.event'], 'secret.event')).toMatchObject({ value: 'hidden' });
  expect(sent?.attributes['open']).toBe('open');
  await client.shutdown();
});
