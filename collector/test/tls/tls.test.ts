import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool } from '../support/tools.js';
import { type Certificate, makeAuthority, makeCertificate } from './certificates.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const asIs = (bytes: Buffer): Buffer => bytes;

type Shown = Partial<Pick<Certificate, 'cert' | 'key'>> & { readonly ca: string };

/** The status of the answer, or the code of the error that kept the connection from being made. */
const byHttp = (http: string, shown: Shown): Promise<number | string> =>
  new Promise((resolve) => {
    const options: RequestOptions = { method: 'POST', headers: { 'content-type': 'application/json' }, agent: false };
    const request = httpsRequest(`${http}/v1/traces`, { ...options, ...shown }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (error: { readonly code?: string }) => {
      resolve(error.code ?? 'ERROR');
    });
    request.end('{"resourceSpans": []}');
  });

/** gRPC's status code. */
const byGrpc = (grpc: string, { ca, key, cert }: Shown): Promise<number> =>
  new Promise((resolve) => {
    const own = key === undefined || cert === undefined ? [null, null] : [Buffer.from(key), Buffer.from(cert)];
    const client = new Client(grpc, credentials.createSsl(Buffer.from(ca), ...own), {
      'grpc.ssl_target_name_override': 'localhost',
    });
    client.makeUnaryRequest(TRACES, asIs, asIs, Buffer.alloc(0), (error: ServiceError | null) => {
      client.close();
      resolve(error?.code ?? status.OK);
    });
  });

describeWithTool('openssl', 'TLS', () => {
  let directory: string;
  let authority: Certificate;
  let stranger: Certificate;
  let server: Certificate;
  const running: CollectorProcess[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'noveum-tls-'));
    authority = makeAuthority(directory, 'authority');
    stranger = makeAuthority(directory, 'stranger');
    server = makeCertificate(directory, 'server', authority);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((collector) => collector.stop()));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const start = async (args: readonly string[] = []): Promise<CollectorProcess> => {
    const tls = ['--tls-cert-file', server.certFile, '--tls-key-file', server.keyFile];
    const collector = await startCollectorProcess({ args: [...tls, ...args] });
    running.push(collector);
    return collector;
  };

  test('HTTP and gRPC are served to those who know the authority, and to no one in the clear', async () => {
    const { http, grpc } = await start();
    const known = { ca: authority.cert };
    expect(http).toMatch(/^https:/);
    expect([await byHttp(http, known), await byGrpc(grpc, known)]).toEqual([200, status.OK]);
    await expect(fetch(`${http.replace('https', 'http')}/health`)).rejects.toThrow();
  });

  test('a sender that trusts another authority sends nothing', async () => {
    const { http, grpc } = await start();
    const other = { ca: stranger.cert };
    expect(await byHttp(http, other)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await byGrpc(grpc, other)).toBe(status.UNAVAILABLE);
    expect(await metricsOf(http)).not.toMatch(/^noveum_requests_total{/m);
  });

  test('with an authority for clients, only those are served whom it has signed', async () => {
    const { http, grpc } = await start(['--tls-ca-file', authority.certFile]);
    const client = makeCertificate(directory, 'client', authority);
    const foreign = makeCertificate(directory, 'foreign', stranger);
    const ca = authority.cert;
    expect([
      await byHttp(http, { ca, cert: client.cert, key: client.key }),
      await byGrpc(grpc, { ca, cert: client.cert, key: client.key }),
    ]).toEqual([200, status.OK]);
    for (const shown of [{ ca }, { ca, cert: foreign.cert, key: foreign.key }]) {
      expect(await byHttp(http, shown)).not.toBe(200);
      expect(await byGrpc(grpc, shown)).toBe(status.UNAVAILABLE);
    }
  });

  const metricsOf = (http: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = httpsRequest(`${http}/metrics`, { ca: authority.cert, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve(text);
        });
      });
      request.on('error', reject).end();
    });
});
