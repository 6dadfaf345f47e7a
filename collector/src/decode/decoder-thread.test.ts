import { createGzip, gzipSync } from 'node:zlib';

import { createDecoder, type DecodeLimits } from './index.js';

const LIMITS: DecodeLimits = {
  bodyBytes: 16 << 20,
  unpackedBytes: 64 << 20,
  attributesPerSpan: 1000,
  attributeValueBytes: 1 << 20,
  nesting: 64,
  spanNameBytes: 4096,
};

const newDecoder = (workerFile = new URL('../../dist/decode/decode-worker.js', import.meta.url)) =>
  createDecoder({ limits: LIMITS, newTraceId: () => 'made', nowMillis: () => 1_795_232_995_000, workerFile });

const zeros = async (bytes: number): Promise<Buffer> => {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const block = Buffer.alloc(1 << 20);
  for (let left = bytes; left > 0; left -= block.length) {
    if (!gzip.write(block.subarray(0, left))) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  await new Promise<void>((resolve) => {
    gzip.once('end', resolve);
    gzip.end();
  });
  return Buffer.concat(parts);
};

const largeBatch = (traces: number): string =>
  JSON.stringify({
    traces: Array.from({ length: traces }, (_, i) => ({
      trace_id: `t${String(i)}`,
      name: 'n',
      start_time: '2026-11-21T03:49:55Z',
      attributes: { text: 'x'.repeat(1000) },
    })),
  });

test('a large body is decoded by the worker, many at once and in their own answers', async () => {
  const decoder = newDecoder();
  const outcomes = await Promise.all(
    [2000, 3000, 1500].map((traces) =>
      decoder.decode({ signal: 'traces', format: 'json', encoding: 'gzip', bytes: gzipSync(largeBatch(traces)) }),
    ),
  );
  expect(outcomes).toMatchObject([{ accepted: 2000 }, { accepted: 3000 }, { accepted: 1500 }]);
  const [first] = outcomes;
  if (first?.status !== 'decoded') throw new Error('refused');
  expect(Buffer.from(first.record.body).toString()).toBe(largeBatch(2000));
  await decoder.close();
});

test('a gzip bomb stops at the limit, and at the limit a body is read', async () => {
  const decoder = newDecoder();
  const before = process.memoryUsage().rss;
  const bomb = await zeros(512 << 20);
  const input = { signal: 'traces', format: 'otlp-protobuf', encoding: 'gzip' } as const;
  expect(await decoder.decode({ ...input, bytes: bomb })).toMatchObject({
    status: 'refused',
    code: 'PAYLOAD_TOO_LARGE',
    problem: { field: 'body', kind: 'unpacked_too_large' },
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(320 << 20);
  expect(await decoder.decode({ ...input, bytes: await zeros(64 << 20) })).toMatchObject({
    status: 'refused',
    problem: { kind: 'malformed_protobuf' },
  });
  expect(await decoder.decode({ ...input, bytes: await zeros((64 << 20) + 1) })).toMatchObject({
    problem: { kind: 'unpacked_too_large' },
  });
  await decoder.close();
});

test('an envelope that unpacks to a large body is decoded by the worker', async () => {
  const decoder = newDecoder();
  const bytes = Buffer.from(JSON.stringify({ compressed: true, data: gzipSync(largeBatch(2000)).toString('base64') }));
  expect(await decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes })).toMatchObject({
    accepted: 2000,
  });
  await decoder.close();
});

test('a worker that dies is replaced, and no answer is lost', async () => {
  const dying = new URL(`data:text/javascript,${encodeURIComponent('setTimeout(() => process.exit(1), 50)')}`);
  const decoder = newDecoder(dying);
  const bytes = Buffer.from(largeBatch(2000));
  const input = { signal: 'traces', format: 'json', encoding: 'identity', bytes } as const;
  expect(await Promise.all([decoder.decode(input), decoder.decode(input)])).toMatchObject([
    { status: 'refused', problem: { kind: 'undecodable' } },
    { status: 'refused', problem: { kind: 'undecodable' } },
  ]);
  await decoder.close();
});

test('closing waits for what is under way', async () => {
  const decoder = newDecoder();
  const bytes = Buffer.from(largeBatch(2000));
  const answer = decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes });
  await decoder.close();
  expect(await answer).toMatchObject({ accepted: 2000 });
});
