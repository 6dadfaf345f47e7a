import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWithElasticsearch } from '../../../../test/support/elasticsearch/index.js';
import { type FaultProxyOptions, startFaultProxy } from '../../../../test/support/fault-proxy/index.js';
import { hasTool } from '../../../../test/support/tools.js';
import { type Certificate, makeAuthority, makeCertificate } from '../../../../test/tls/certificates.js';
import type { ElasticsearchConnection } from '../../../config/index.js';
import { connect, faultOf } from './index.js';

const PLAIN: ElasticsearchConnection = {
  nodes: [],
  cloudId: null,
  auth: null,
  ca: null,
  fingerprint: null,
  requestTimeoutMillis: 20_000,
  compression: 'none',
};

describeWithElasticsearch('a connection', (cluster) => {
  /** What a request through a proxy of these options ends in: `ok`, or the kind of the fault. */
  const through = async (proxied: Partial<FaultProxyOptions>, settings: Partial<ElasticsearchConnection>) => {
    const proxy = await startFaultProxy({ target: cluster.url(), ...proxied });
    const client = connect({ ...PLAIN, nodes: [proxy.url], ...settings });
    try {
      await client.info();
      return 'ok';
    } catch (error) {
      return faultOf(error)?.kind ?? String(error);
    } finally {
      await client.close();
      await proxy.close();
    }
  };

  test('keeps the path of its URL before every request', async () => {
    expect(await through({ pathPrefix: '/behind/es' }, {})).toBe('ok');
  });

  test('shows an API key, or user and password', async () => {
    const apiKey = { authorization: 'ApiKey a2V5' };
    expect(await through(apiKey, { auth: { kind: 'api-key', apiKey: 'a2V5' } })).toBe('ok');
    expect(await through(apiKey, { auth: { kind: 'api-key', apiKey: 'other' } })).toBe('unauthorized');
    const basic = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` };
    expect(await through(basic, { auth: { kind: 'basic', username: 'u', password: 'p' } })).toBe('ok');
    expect(await through(basic, {})).toBe('unauthorized');
  });

  test('goes on with the other node where one is away', async () => {
    const [away, there] = await Promise.all([cluster, cluster].map(() => startFaultProxy({ target: cluster.url() })));
    await away!.close();
    const client = connect({ ...PLAIN, nodes: [away!.url, there!.url] });
    const outcomes = [];
    for (let at = 0; at < 6; at++)
      outcomes.push(
        await client.info().then(
          () => 'ok',
          (e: unknown) => faultOf(e)?.kind,
        ),
      );
    expect(outcomes.slice(-3)).toEqual(['ok', 'ok', 'ok']);
    await client.close();
    await there!.close();
  });

  describe('over TLS', () => {
    if (!hasTool('openssl') && process.env.CI !== 'true') {
      test.skip('needs openssl', () => undefined);
      return;
    }
    let directory: string;
    let authority: Certificate;
    let tls: Certificate;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'noveum-es-tls-'));
      authority = makeAuthority(directory, 'authority');
      tls = makeCertificate(directory, 'node', authority);
    });
    afterAll(() => {
      rmSync(directory, { recursive: true });
    });

    test('trusts the given authority, and not one that nobody knows', async () => {
      expect(await through({ tls }, { ca: authority.cert })).toBe('ok');
      expect(await through({ tls }, {})).toBe('unreachable');
      expect(await through({ tls }, { ca: makeAuthority(directory, 'other').cert })).toBe('unreachable');
    });

    test('is not deceived by a chain that only names the authority of that fingerprint', async () => {
      const impostor = makeAuthority(join(directory), 'authority-again', 'authority');
      const forged = makeCertificate(directory, 'forged', impostor);
      const { fingerprint256: fingerprint } = new X509Certificate(authority.cert);
      const chained = { cert: forged.cert + authority.cert, key: forged.key };
      expect(await through({ tls: chained }, { fingerprint })).toBe('unreachable');
    });

    test('trusts a fingerprint, and no other', async () => {
      const chained = { cert: tls.cert + authority.cert, key: tls.key };
      const { fingerprint256: fingerprint } = new X509Certificate(authority.cert);
      expect(await through({ tls: chained }, { fingerprint })).toBe('ok');
      expect(await through({ tls: chained }, { fingerprint: fingerprint.replaceAll(/[0-9]/g, 'A') })).toBe(
        'unreachable',
      );
    });
  });
});
