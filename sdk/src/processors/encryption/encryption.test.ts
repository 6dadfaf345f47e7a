import { createCipheriv, createDecipheriv } from 'node:crypto';

import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

import type { NoveumError } from '../../errors/index.js';
import {
  createAttributeCipher,
  decryptAttribute,
  EncryptingSpanProcessor,
  NOT_ENCRYPTED,
  type Place,
} from './index.js';

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const OTHER_KEY = KEY.map((byte) => byte ^ 1);
const PLACE: Place = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'llm.prompt' };

const cipherOf = (given: object = {}) => {
  const errors: NoveumError[] = [];
  const options = {
    attributes: ['llm.*'],
    keyId: 'k1',
    key: () => KEY,
    onError: (error: NoveumError) => errors.push(error),
  };
  return { errors, cipher: createAttributeCipher({ ...options, ...given }) };
};
const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

describe('an encrypted value', () => {
  const { cipher } = cipherOf();

  test('comes back whole at its place, and is nowhere to be read', () => {
    fc.assert(
      fc.property(fc.oneof(scalar, fc.array(fc.string())), (value) => {
        const text = cipher.encrypt(value, PLACE);
        expect(text).toMatch(/^enc:v1:[\w-]+$/);
        const decrypted = decryptAttribute(text, KEY, PLACE);
        expect(decrypted).toEqual({
          status: 'decrypted',
          value: JSON.parse(JSON.stringify(value)) as unknown,
          keyId: 'k1',
        });
      }),
    );
    expect(cipher.encrypt('a secret that is long enough', PLACE)).not.toContain('secret');
  });

  test.each<[string, Partial<Place>]>([
    ['trace', { traceId: '1af7651916cd43dd8448eb211c80319c' }],
    ['span', { spanId: 'c7ad6b7169203331' }],
    ['attribute', { name: 'llm.response' }],
  ])('is refused at another %s', (_what, other) => {
    const text = cipher.encrypt('x', PLACE);
    expect(decryptAttribute(text, KEY, { ...PLACE, ...other })).toEqual({
      status: 'refused',
      reason: 'authentication',
    });
  });

  test('is refused with another key, and after any change', () => {
    const text = cipher.encrypt('a value', PLACE);
    expect(decryptAttribute(text, OTHER_KEY, PLACE)).toMatchObject({ reason: 'authentication' });
    const bytes = Buffer.from(text.slice(7), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const outcome = decryptAttribute(
        `enc:v1:${changed.toString('base64url')}`,
        (id) => (id === 'k1' ? KEY : undefined),
        PLACE,
      );
      expect(outcome.status).toBe('refused');
    }
    for (let length = 0; length < bytes.length; length++)
      expect(decryptAttribute(`enc:v1:${bytes.subarray(0, length).toString('base64url')}`, KEY, PLACE).status).toBe(
        'refused',
      );
    expect(decryptAttribute('plain', KEY, PLACE)).toEqual({ status: 'refused', reason: 'format' });
    expect(decryptAttribute(text, new Uint8Array(16), PLACE)).toEqual({ status: 'refused', reason: 'key' });
  });

  test('has the documented format: whoever knows it can read and write it', () => {
    const bytes = Buffer.from(cipher.encrypt('héllo', PLACE).slice(7), 'base64url');
    expect([...bytes.subarray(0, 4)]).toEqual([1, 2, 'k'.charCodeAt(0), '1'.charCodeAt(0)]);
    const aad = Buffer.from(`noveum.enc.v1\0${PLACE.traceId}\0${PLACE.spanId}\0llm.prompt`);
    const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(4, 16));
    decipher.setAAD(aad);
    decipher.setAuthTag(bytes.subarray(-16));
    expect(decipher.update(bytes.subarray(16, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('"héllo"');

    const nonce = Buffer.alloc(12, 7);
    const theirs = createCipheriv('aes-256-gcm', KEY, nonce);
    theirs.setAAD(aad);
    const sealed = Buffer.concat([theirs.update('[1,2]'), theirs.final()]);
    const text = Buffer.concat([Uint8Array.of(1, 2), Buffer.from('k1'), nonce, sealed, theirs.getAuthTag()]);
    expect(decryptAttribute(`enc:v1:${text.toString('base64url')}`, KEY, PLACE)).toMatchObject({ value: [1, 2] });
  });

  test('is another each time, by its nonce', () => {
    const texts = new Set(Array.from({ length: 1_000 }, () => cipher.encrypt('x', PLACE)));
    expect(texts.size).toBe(1_000);
  });
});

describe('a value that cannot be encrypted', () => {
  test.each([
    ['of 16 bytes', { key: () => new Uint8Array(16) }],
    ['that is a text', { key: () => 'x'.repeat(32) }],
    [
      'that throws',
      {
        key: () => {
          throw new Error('vault: hunter2');
        },
      },
    ],
    ['that is refused later', { key: () => Promise.reject(new Error('vault: hunter2')) }],
    ['whose id is too long', { keyId: 'k'.repeat(256) }],
  ])('for a key %s never leaves as it is, and that is told once', async (_what, given) => {
    const { cipher, errors } = cipherOf(given);
    await cipher.ready;
    expect([cipher.encrypt('secret', PLACE), cipher.encrypt('secret', PLACE)]).toEqual([NOT_ENCRYPTED, NOT_ENCRYPTED]);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).not.toContain('hunter2');
  });

  test('because the key has served its count is refused from that value on', () => {
    const { cipher, errors } = cipherOf({ maxValuesPerKey: 3 });
    const values = Array.from({ length: 5 }, () => cipher.encrypt('x', PLACE) === NOT_ENCRYPTED);
    expect(values).toEqual([false, false, false, true, true]);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('has served for 3 values')]);
  });
});

test('a changed key of the caller changes nothing', () => {
  const mine = Uint8Array.from(KEY);
  const { cipher } = cipherOf({ key: () => mine });
  mine.fill(0);
  expect(decryptAttribute(cipher.encrypt('x', PLACE), KEY, PLACE).status).toBe('decrypted');
});

describe('another key while it runs', () => {
  const keys: Readonly<Record<string, Uint8Array>> = { k1: KEY, k2: OTHER_KEY };
  const of = (keyId: string, key: unknown = (id: string) => keys[id]) =>
    ({ attributes: ['llm.*'], keyId, key }) as never;
  const keyIdOf = (text: string) => {
    const outcome = decryptAttribute(text, (id) => keys[id], PLACE);
    return outcome.status === 'decrypted' ? outcome.keyId : outcome.reason;
  };

  test('is in use from when it has come; what was encrypted before opens by its own', async () => {
    const { cipher, errors } = cipherOf();
    const before = cipher.encrypt('x', PLACE);
    let bring: (key: Uint8Array) => void = () => undefined;
    const change = cipher.change(of('k2', () => new Promise((resolve) => (bring = resolve))));
    expect(keyIdOf(cipher.encrypt('x', PLACE))).toBe('k1');
    bring(OTHER_KEY);
    expect(await change).toBe(true);
    expect([keyIdOf(before), keyIdOf(cipher.encrypt('x', PLACE))]).toEqual(['k1', 'k2']);
    expect(errors).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['does not come', () => Promise.reject(new Error('vault: hunter2'))],
    ['is of 16 bytes', () => new Uint8Array(16)],
    [
      'is asked for in vain',
      () => {
        throw new Error('vault: hunter2');
      },
    ],
  ])('that %s leaves the one before in use, and that is told once', async (_what, key) => {
    const { cipher, errors } = cipherOf();
    expect(await cipher.change(of('k2', key))).toBe(false);
    expect(await cipher.change(of('k2', key))).toBe(false);
    expect(keyIdOf(cipher.encrypt('x', PLACE))).toBe('k1');
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('"k1", stays in use')]);
    expect(errors.join()).not.toContain('hunter2');
  });

  test('of two changes the last counts, in whichever order their keys come', async () => {
    const { cipher } = cipherOf();
    let bring: (key: Uint8Array) => void = () => undefined;
    const first = cipher.change(of('k3', () => new Promise((resolve) => (bring = resolve))));
    expect(await cipher.change(of('k2'))).toBe(true);
    bring(KEY);
    expect(await first).toBe(false);
    expect(keyIdOf(cipher.encrypt('x', PLACE))).toBe('k2');
  });

  test('begins its own count of values; the same key again does not', async () => {
    const { cipher } = cipherOf({ maxValuesPerKey: 1 });
    cipher.encrypt('x', PLACE);
    expect(await cipher.change(of('k1'))).toBe(true);
    expect(cipher.encrypt('x', PLACE)).toBe(NOT_ENCRYPTED);
    await cipher.change(of('k2'));
    expect(keyIdOf(cipher.encrypt('x', PLACE))).toBe('k2');
  });

  test('is told of however many ids, a thousand at a time', async () => {
    const { cipher, errors } = cipherOf();
    const ids = Array.from({ length: 1_001 }, (_, number) => `gone-${String(number)}`);
    for (const id of ids) await cipher.change(of(id));
    expect(errors).toHaveLength(1_001);
    await cipher.change(of('gone-1000'));
    expect(errors).toHaveLength(1_001);
    await cipher.change(of('gone-0'));
    expect(errors).toHaveLength(1_002);
  });

  test('is taken by the processor too', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new EncryptingSpanProcessor(new SimpleSpanProcessor(exporter), {
      attributes: ['llm.*'],
      keyId: 'k1',
      key: (id) => keys[id] ?? new Uint8Array(0),
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('t');
    tracer.startSpan('a', { attributes: { 'llm.prompt': 'x' } }).end();
    await processor.forceFlush();
    expect(await processor.changeKey('k2')).toBe(true);
    tracer.startSpan('b', { attributes: { 'llm.prompt': 'x' } }).end();
    await processor.forceFlush();
    const ids = exporter.getFinishedSpans().map((span) => {
      const place = { ...span.spanContext(), name: 'llm.prompt' };
      const outcome = decryptAttribute(String(span.attributes['llm.prompt']), (id) => keys[id], place);
      return outcome.status === 'decrypted' ? outcome.keyId : outcome.reason;
    });
    expect(ids).toEqual(['k1', 'k2']);
  });
});

describe('the processor', () => {
  const run = async (key: () => Uint8Array | Promise<Uint8Array>) => {
    const exporter = new InMemorySpanExporter();
    const next = new SimpleSpanProcessor(exporter);
    const processor = new EncryptingSpanProcessor(next, { attributes: ['llm.*', 'user.id'], keyId: 'k1', key });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const tracer = provider.getTracer('t');
    const span = tracer.startSpan('a', { attributes: { 'llm.prompt': 'secret-1', 'user.id': 7, open: 'open' } });
    span.addEvent('e', { 'llm.response': 'secret-2', open: 'open' });
    span.addLink({ context: span.spanContext(), attributes: { 'llm.x': 'secret-3' } });
    span.end();
    tracer.startSpan('b').end();
    await provider.forceFlush();
    return { spans: exporter.getFinishedSpans(), original: span };
  };

  test.each([
    ['at once', () => KEY],
    ['later', () => new Promise<Uint8Array>((resolve) => setImmediate(() => resolve(KEY)))],
  ])('encrypts what is chosen in every place, with a key that comes %s', async (_when, key) => {
    const { spans, original } = await run(key);
    expect(spans.map(({ name }) => name)).toEqual(['a', 'b']);
    const [span] = spans;
    const { traceId, spanId } = span!.spanContext();
    const open = (text: unknown, name: string) => decryptAttribute(String(text), KEY, { traceId, spanId, name });
    expect(open(span!.attributes['llm.prompt'], 'llm.prompt')).toMatchObject({ value: 'secret-1' });
    expect(open(span!.attributes['user.id'], 'user.id')).toMatchObject({ value: 7 });
    expect(open(span!.events[0]!.attributes!['llm.response'], 'llm.response')).toMatchObject({ value: 'secret-2' });
    expect(open(span!.links[0]!.attributes!['llm.x'], 'llm.x')).toMatchObject({ value: 'secret-3' });
    expect([span!.attributes['open'], span!.events[0]!.attributes!['open']]).toEqual(['open', 'open']);
    expect(JSON.stringify([span!.attributes, span!.events, span!.links])).not.toContain('secret');
    expect(original).toMatchObject({ attributes: { 'llm.prompt': 'secret-1' } });
  });

  test('without a key lets nothing out that was to be encrypted', async () => {
    const { spans } = await run(() => Promise.reject(new Error('no vault')));
    expect(spans[0]!.attributes).toEqual({ 'llm.prompt': NOT_ENCRYPTED, 'user.id': NOT_ENCRYPTED, open: 'open' });
  });
});
