import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

const openssl = (...args: readonly string[]): void => {
  execFileSync('openssl', args, { stdio: 'pipe' });
};

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

const read = (certFile: string, keyFile: string): Certificate => ({
  certFile,
  keyFile,
  cert: readFileSync(certFile, 'utf8'),
  key: readFileSync(keyFile, 'utf8'),
});

/** Makes an authority of its own, in `directory`; it calls itself `commonName`. */
export const makeAuthority = (directory: string, name: string, commonName = name): Certificate => {
  const [cert, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
  openssl('req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '1', '-subj', `/CN=${commonName}`);
  return read(cert, key);
};

/** A certificate for 127.0.0.1, or of a client, that `authority` has signed. */
export const makeCertificate = (directory: string, name: string, authority: Certificate): Certificate => {
  const [cert, key, request, extensions] = ['crt', 'key', 'csr', 'ext'].map((end) =>
    join(directory, `${name}.${end}`),
  ) as [string, string, string, string];
  writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  openssl('req', '-new', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
  const signed = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-CAcreateserial', '-days', '1'];
  openssl('x509', '-req', '-in', request, '-out', cert, '-extfile', extensions, ...signed);
  return read(cert, key);
};
