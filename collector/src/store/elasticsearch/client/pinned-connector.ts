import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';

/** What the HTTP client says of a connection that it wants. */
interface Wanted {
  readonly hostname: string;
  readonly port?: string;
  readonly servername?: string;
}

type Done = (error: Error | null, socket: TLSSocket | null) => void;

const CONNECT_TIMEOUT_MILLIS = 10_000;
const HTTPS_PORT = 443;
const LONGEST_CHAIN = 8;

const signed = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const holdsNow = ({ validFromDate, validToDate }: X509Certificate): boolean =>
  validFromDate.getTime() <= Date.now() && Date.now() <= validToDate.getTime();

/** Whether the chain leads, each certificate signed by the next, to one of that fingerprint. */
const leadsTo = (leaf: X509Certificate, fingerprint: string): boolean => {
  let certificate = leaf;
  for (let at = 0; at < LONGEST_CHAIN && holdsNow(certificate); at++) {
    if (certificate.fingerprint256 === fingerprint) return true;
    const issuer: X509Certificate | undefined = certificate.issuerCertificate;
    if (issuer === undefined || !signed(certificate, issuer)) return false;
    certificate = issuer;
  }
  return false;
};

const isFor = (leaf: X509Certificate, hostname: string): boolean =>
  (isIP(hostname) === 0 ? leaf.checkHost(hostname) : leaf.checkIP(hostname)) !== undefined;

const problemOf = (socket: TLSSocket, hostname: string, fingerprint: string): Error | null => {
  // Asked once: a socket whose chain was looked at gives no certificate any more.
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined || !leadsTo(leaf, fingerprint))
    return new Error('the certificate does not lead to the given fingerprint');
  return isFor(leaf, hostname) ? null : new Error('the certificate is for another host');
};

/**
 * Connects over TLS to whom a certificate vouches for that has this SHA-256 (hex with colons, upper case). The
 * authority is known by its fingerprint alone, so the signatures, dates and the name are checked here.
 */
export const pinnedConnector =
  (fingerprint: string) =>
  ({ hostname, port, servername }: Wanted, done: Done): void => {
    const socket = connect({
      host: hostname,
      port: port === undefined || port === '' ? HTTPS_PORT : Number(port),
      ...(servername === undefined || servername === '' ? {} : { servername }),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      timeout: CONNECT_TIMEOUT_MILLIS,
    });
    const end = (error: Error | null): void => {
      socket.removeAllListeners('timeout').off('error', end);
      socket.setTimeout(0);
      if (error !== null) socket.on('error', () => undefined).destroy();
      done(error, error === null ? socket : null);
    };
    socket.once('error', end);
    socket.once('timeout', () => end(new Error('no connection in time')));
    socket.once('secureConnect', () => end(problemOf(socket, hostname, fingerprint)));
  };
