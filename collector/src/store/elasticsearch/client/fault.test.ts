import { type Fault, faultOfCause, isPassing, showFault } from 'noveum-proto/elasticsearch';

import { describeWithElasticsearch } from '../../../../test/support/elasticsearch/index.js';
import { type Fault as MadeFault, startFaultProxy } from '../../../../test/support/fault-proxy/index.js';
import { connect, faultOf } from './index.js';

const SECRET = 'the-prompt-of-somebody';

describeWithElasticsearch('what Elasticsearch says went wrong', (cluster) => {
  const faultIn = async (work: Promise<unknown>): Promise<Fault> => {
    const error: unknown = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    const fault = faultOf(error);
    if (fault === null) throw error;
    expect(JSON.stringify(fault) + showFault(fault)).not.toContain(SECRET);
    return fault;
  };
  const typed = async (): Promise<string> => {
    const index = cluster.freshPrefix();
    await cluster.client().indices.create({
      index,
      settings: { number_of_replicas: 0 },
      mappings: { properties: { a: { properties: { b: { type: 'long' } } } } },
    });
    return index;
  };

  test('a value that does not fit: kind, type and field, and nothing of the value', async () => {
    const index = await typed();
    const fault = await faultIn(cluster.client().index({ index, document: { a: { b: SECRET } } }));
    expect(fault).toMatchObject({ kind: 'refused', status: 400, type: 'document_parsing_exception', field: 'a.b' });
    expect(isPassing(fault)).toBe(false);
    expect(showFault(fault)).toBe('answered 400 document_parsing_exception (field a.b)');
    const asText = await faultIn(cluster.client().index({ index, document: { a: SECRET } }));
    expect(asText).toMatchObject({ kind: 'refused', field: 'a' });
  });

  test('an item of a bulk answer, as the whole answer', async () => {
    const index = await typed();
    const { items } = await cluster.client().bulk({
      operations: [
        { create: { _index: index, _id: '1' } },
        { a: { b: SECRET } },
        { create: { _index: index, _id: '2' } },
        {},
      ],
    });
    const { status = 0, error = null } = items[0]?.create ?? {};
    expect(faultOfCause(status, error)).toEqual({
      kind: 'refused',
      status: 400,
      type: 'document_parsing_exception',
      field: 'a.b',
      retryAfterSeconds: null,
    });
  });

  test('conflicts, what is there already and what is not there', async () => {
    const index = await typed();
    await cluster.client().create({ index, id: '1', document: {} });
    const kinds = [
      cluster.client().create({ index, id: '1', document: {} }),
      cluster.client().indices.create({ index }),
      cluster.client().get({ index, id: '2' }),
      cluster.client().search({ index: `${index}-none` }),
    ].map(async (work) => (await faultIn(work)).kind);
    expect(await Promise.all(kinds)).toEqual(['conflict', 'exists', 'not-found', 'not-found']);
  });

  test('an index that takes no writes, at the watermark or by hand, passes', async () => {
    const index = await typed();
    for (const block of ['read_only_allow_delete', 'write']) {
      await cluster.client().indices.putSettings({ index, settings: { [`index.blocks.${block}`]: true } });
      const fault = await faultIn(cluster.client().index({ index, document: {} }));
      expect([block, fault.kind, isPassing(fault)]).toEqual([block, 'read-only', true]);
      await cluster.client().indices.putSettings({ index, settings: { [`index.blocks.${block}`]: null } });
    }
  });

  test('an interface that the cluster does not have', async () => {
    const work = cluster.client().transport.request({ method: 'PUT', path: `/_nowhere/${SECRET}` });
    expect((await faultIn(work)).kind).toBe('unsupported');
  });

  test.each([
    [{ kind: 'cut-before-send' }, 'unreachable'],
    [{ kind: 'cut-after-send' }, 'unreachable'],
    [{ kind: 'half-answer' }, 'unreachable'],
    [{ kind: 'slow', millis: 3_000 }, 'unreachable'],
    [{ kind: 'status', status: 429, headers: { 'retry-after': '9' } }, 'overloaded'],
    [{ kind: 'status', status: 503, headers: { 'retry-after': '9' } }, 'overloaded'],
    [{ kind: 'status', status: 413, body: {} }, 'too-large'],
    [{ kind: 'status', status: 401, body: { error: { type: 'security_exception', reason: SECRET } } }, 'unauthorized'],
    [{ kind: 'status', status: 500, body: SECRET }, 'internal'],
  ] as readonly (readonly [MadeFault, string])[])('%j is %s', async (made, kind) => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    proxy.use(() => made);
    const connection = { nodes: [proxy.url], cloudId: null, auth: null, ca: null, fingerprint: null } as const;
    const client = connect({ ...connection, requestTimeoutMillis: 1_500, compression: 'none' });
    const fault = await faultIn(client.info());
    await client.close();
    await proxy.close();
    expect(fault.kind).toBe(kind);
    expect(isPassing(fault)).toBe(kind !== 'too-large');
    expect(fault.retryAfterSeconds).toBe(kind === 'overloaded' ? 9 : null);
  });
});

test('what is no error of the client is left alone', () => {
  expect(faultOf(new TypeError('ours'))).toBeNull();
  expect(faultOf(null)).toBeNull();
});
