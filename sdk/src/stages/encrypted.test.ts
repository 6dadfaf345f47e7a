import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';

import { decryptAttribute, init, startSpan } from '../index.js';

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

test('the key changes while it runs: old values open by the old key, new ones by the new, none goes out in the clear', async () => {
  const exporter = new InMemorySpanExporter();
  const keys: Readonly<Record<string, Uint8Array>> = { old: KEY, new: new Uint8Array(32).fill(9) };
  const asked: string[] = [];
  const client = init({
    exporters: [exporter],
    encryption: {
      attributes: ['secret'],
      keyId: 'old',
      key: (keyId) => {
        asked.push(keyId);
        return Promise.resolve(keys[keyId] ?? new Uint8Array(0));
      },
    },
  });
  const send = async (secret: string) => {
    startSpan('a', { attributes: { secret } }).end();
    await client.flush();
  };
  await send('one');
  expect(client.configure({ encryption: { keyId: 'new' } })).toEqual([]);
  await send('two');
  await send('three');
  expect(client.configure({ redaction: { enabled: true }, encryption: { keyId: 'gone' } })).toEqual([]);
  await send('four');
  const sent = exporter.getFinishedSpans();
  await client.shutdown();

  const opened = sent.map((span) => {
    const place = { ...span.spanContext(), name: 'secret' };
    const outcome = decryptAttribute(String(span.attributes['secret']), (id) => keys[id], place);
    return outcome.status === 'decrypted' ? [outcome.value, outcome.keyId] : [outcome.reason];
  });
  expect(opened[0]).toEqual(['one', 'old']);
  // The batch that the change meets may still have the key before.
  expect(opened[1]?.[0]).toBe('two');
  expect(opened.slice(2)).toEqual([
    ['three', 'new'],
    ['four', 'new'],
  ]);
  expect(asked).toEqual(['old', 'new', 'gone']);
});

test('where nothing is encrypted, encryption begins with the next start only', async () => {
  const exporter = new InMemorySpanExporter();
  const client = init({ exporters: [exporter] });
  client.configure({ encryption: { keyId: 'new' } });
  startSpan('a', { attributes: { secret: 'open' } }).end();
  await client.flush();
  expect(exporter.getFinishedSpans()[0]?.attributes['secret']).toBe('open');
  await client.shutdown();
});
