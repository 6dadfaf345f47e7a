import { request as createRequest } from 'node:http';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { startHost, type Host } from '../../test/support/otel-host.js';
import { contextAttributes, extract, inject, withContext, withRemoteParent } from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost();
});
afterEach(() => {
  host.stop();
});

const sent = (fields: Parameters<typeof withContext>[0]): Record<string, string> => withContext(fields, () => inject());

const FIELDS = { userId: 'u 1', sessionId: 's,1', tags: ['a', 'b;c'], metadata: { tier: 'pro', n: 3, ok: true } };
const ATTRIBUTES = {
  'user.id': 'u 1',
  'session.id': 's,1',
  'tag.tags': ['a', 'b;c'],
  'noveum.metadata.tier': 'pro',
  'noveum.metadata.n': 3,
  'noveum.metadata.ok': true,
};

test('fields are there inside, across await, and nowhere else', async () => {
  expect(contextAttributes(context.active())).toEqual({});
  await withContext(FIELDS, async () => {
    await Promise.resolve();
    expect(contextAttributes(context.active())).toEqual(ATTRIBUTES);
  });
  expect(contextAttributes(context.active())).toEqual({});
});

test('fields inside add to those outside', () => {
  withContext({ userId: 'u', tags: ['a'], metadata: { x: 1, y: 1 } }, () => {
    withContext({ sessionId: 's', tags: ['b', 'a'], metadata: { x: 2 } }, () => {
      expect(contextAttributes(context.active())).toEqual({
        'user.id': 'u',
        'session.id': 's',
        'tag.tags': ['a', 'b'],
        'noveum.metadata.x': 2,
        'noveum.metadata.y': 1,
      });
    });
  });
});

test('another service has them from the headers', () => {
  const headers = sent(FIELDS);
  expect(contextAttributes(extract(headers))).toEqual(ATTRIBUTES);
  expect(contextAttributes(extract(new Headers(headers)))).toEqual(ATTRIBUTES);
  expect(contextAttributes(extract(new Map(Object.entries(headers))))).toEqual(ATTRIBUTES);
});

test('whatever is set and fits comes through, and never are the bounds of W3C Baggage broken', () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 });
  const fields = fc.record({
    userId: text,
    sessionId: text,
    tags: fc.array(text, { maxLength: 5 }),
    metadata: fc.dictionary(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.oneof(text, fc.integer(), fc.boolean()),
      { maxKeys: 80 },
    ),
  });
  fc.assert(
    fc.property(fields, (set) => {
      host.faults.length = 0;
      const [local, headers] = withContext(set, () => [contextAttributes(context.active()), inject()] as const);
      const baggage = headers.baggage ?? '';
      expect(Buffer.byteLength(baggage)).toBeLessThanOrEqual(8192);
      expect(baggage.split(',').length).toBeLessThanOrEqual(64);
      const remote = contextAttributes(extract(headers));
      if (host.faults.length === 0) expect(remote).toEqual(local);
      else for (const [name, value] of Object.entries(remote)) expect(local[name]).toEqual(value);
    }),
  );
});

test('what is beyond the bounds stays here, is left out there, and is told once', () => {
  const metadata = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`k${at}`, at]));
  withContext({ userId: 'u', metadata }, () => {
    expect(Object.keys(contextAttributes(context.active()))).toHaveLength(71);
    expect(Object.keys(contextAttributes(extract(inject())))).toHaveLength(64);
  });
  expect(host.faults.map(({ where }) => where)).toEqual(['baggage']);
});

test("others' baggage is kept", () => {
  const theirs = propagation.createBaggage({ theirs: { value: '1' } });
  context.with(propagation.setBaggage(ROOT_CONTEXT, theirs), () => {
    withContext({ userId: 'u' }, () => {
      expect(propagation.getActiveBaggage()?.getEntry('theirs')?.value).toBe('1');
      expect(inject()).toEqual({ baggage: 'theirs=1,noveum.user.id=u' });
    });
  });
});

describe('the parent', () => {
  const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

  test('comes from the caller, whatever case its header has', () => {
    expect(withRemoteParent({ traceParent: TRACEPARENT }, () => inject())).toEqual({ traceparent: TRACEPARENT });
    expect(withRemoteParent({ traceparent: [TRACEPARENT] }, () => inject())).toEqual({ traceparent: TRACEPARENT });
  });

  test('that is none changes nothing', () => {
    for (const traceparent of ['', 'nonsense', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`])
      expect(withRemoteParent({ traceparent }, () => inject())).toEqual({});
  });

  test('is written to what is given', () => {
    const headers = withRemoteParent({ traceparent: TRACEPARENT }, () => inject(new Headers({ a: 'b' })));
    expect(headers.get('traceparent')).toBe(TRACEPARENT);
    expect(headers.get('a')).toBe('b');
    const request = createRequest('http://127.0.0.1:1/', { agent: false }).on('error', () => undefined);
    withRemoteParent({ traceparent: TRACEPARENT }, () => inject(request));
    expect(request.getHeader('traceparent')).toBe(TRACEPARENT);
    request.destroy();
  });

  test('of a carrier that throws is none, and the work goes on', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(withRemoteParent(hostile, () => 1)).toBe(1);
  });

  test('before the start nothing is done', () => {
    host.stop();
    expect(withContext(FIELDS, () => inject())).toEqual({});
    expect(withRemoteParent({ traceparent: TRACEPARENT }, () => 2)).toBe(2);
  });
});
