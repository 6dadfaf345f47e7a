import { startCollectorProcess } from '../support/collector-process.js';
import { describeWithTool } from '../support/tools.js';
import { type Certificate, makeAuthority, makeCertificate } from '../tls/certificates.js';
import { forwardMetric, makeWorkplace, otlpTrace, post, until, type Workplace } from './two-collectors.js';

jest.setTimeout(90_000);

describeWithTool('openssl', 'forwarding over TLS', () => {
  let workplace: Workplace;
  let authority: Certificate;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    workplace = await makeWorkplace();
    authority = makeAuthority(workplace.directory, 'authority');
  });
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });
  afterAll(() => workplace.clear());

  const start = async (name: string, args: readonly string[]) => {
    const collector = await startCollectorProcess({ dataDir: workplace.path(name), args });
    opened.push(() => collector.stop());
    return collector;
  };

  test('goes to an endpoint whose authority is named, with a certificate where it asks for one, and to no other', async () => {
    const [server, client] = ['server', 'client'].map((name) =>
      makeCertificate(workplace.directory, name, authority),
    ) as [Certificate, Certificate];
    const serverFiles = ['--tls-cert-file', server.certFile, '--tls-key-file', server.keyFile];
    const second = await start('second', [...serverFiles, '--tls-ca-file', authority.certFile]);
    const known = { caFile: authority.certFile, certFile: client.certFile, keyFile: client.keyFile };
    const grpc = { protocol: 'grpc', url: `https://${second.grpc}` };
    const config = await workplace.config('first', [
      { name: 'http', url: second.http, ...known },
      { name: 'grpc', ...grpc, ...known },
      { name: 'unknown-http', url: second.http },
      { name: 'unknown-grpc', ...grpc },
      { name: 'nameless', url: second.http, caFile: authority.certFile },
    ]);
    const first = await start('first', ['--config', config]);
    expect(await post(first.http, otlpTrace(0))).toBe(200);
    for (const name of ['http', 'grpc'])
      await until(
        () => forwardMetric(first.http, 'sent_spans_total', name),
        (sent) => sent === 2,
      );
    for (const name of ['unknown-http', 'unknown-grpc', 'nameless'])
      await until(
        () => forwardMetric(first.http, 'failing', name),
        (failing) => failing === 1,
      );
    expect(await forwardMetric(first.http, 'sent_spans_total', 'unknown-http')).not.toBeGreaterThan(0);
    const { parts } = (await (await fetch(`${first.http}/health`)).json()) as { parts: object };
    expect(parts).toMatchObject({ 'forward.unknown-http': { code: 'SELF_SIGNED_CERT_IN_CHAIN' } });
  });
});
