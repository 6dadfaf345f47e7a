import type { AgentOptions } from 'node:https';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

export interface TlsOptions {
  /** PEM. In place of the authorities that Node knows. */
  readonly ca?: string;
  /** PEM, of the client; with `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** SHA-256 of the server's certificate in hex, with or without colons; checked beside all else. */
  readonly fingerprint?: string;
}

const plainHex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

const pinnedTo =
  (fingerprint: string) =>
  (host: string, certificate: PeerCertificate): Error | undefined => {
    if (plainHex(certificate.fingerprint256) === plainHex(fingerprint)) return checkServerIdentity(host, certificate);
    return Object.assign(new Error("the server's certificate is not the one that was pinned"), {
      code: 'CERT_FINGERPRINT_MISMATCH',
    });
  };

export const connectionOptions = (tls: TlsOptions = {}): AgentOptions => ({
  ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls.cert === undefined ? {} : { cert: tls.cert }),
  ...(tls.key === undefined ? {} : { key: tls.key }),
  ...(tls.fingerprint === undefined ? {} : { checkServerIdentity: pinnedTo(tls.fingerprint) }),
});
