import type { ForwardEndpoint } from '../config/index.js';

/** What a connection to an endpoint is made with, beside Node's defaults. */
export const tlsOptions = ({ tls }: Pick<ForwardEndpoint, 'tls'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tls ?? {}).flatMap(([name, pem]) => (typeof pem === 'string' ? [[name, pem]] : [])),
  );
