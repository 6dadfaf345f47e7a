import type { CollectorConfig } from './collector-config.js';
import type { ElasticsearchConfig } from './elasticsearch-config.js';
import { type Setting, SETTINGS } from './settings.js';

const MASK = '***';

const masked = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]));

const shownElasticsearch = ({ connection, ...rest }: ElasticsearchConfig): object => {
  const { auth, ca, ...shown } = connection;
  const masking = (secret: 'apiKey' | 'password') => ({ ...auth, [secret]: MASK });
  return {
    ...shown,
    auth: auth === null ? null : masking(auth.kind === 'api-key' ? 'apiKey' : 'password'),
    hasOwnAuthority: ca !== null,
    ...rest,
  };
};

/** The configuration as JSON for `--print-config`: secrets masked, PEM texts left out. */
export const showConfig = ({
  adminKey,
  tls,
  forward,
  redaction,
  elasticsearch,
  ...config
}: CollectorConfig): string => {
  const shown = {
    ...config,
    forward: forward.map(({ tls: _pem, headers, ...endpoint }) => ({ ...endpoint, headers: masked(headers) })),
    redaction: redaction.map(({ projects, enabled, options: { salt, ...options } }) => ({
      projects,
      enabled,
      ...(salt === undefined ? {} : { salt: MASK }),
      ...options,
    })),
    elasticsearch: elasticsearch === null ? null : shownElasticsearch(elasticsearch),
    adminKey: adminKey === null ? null : MASK,
    tls: tls === null ? null : { certFile: tls.certFile, keyFile: tls.keyFile, caFile: tls.caFile },
  };
  return JSON.stringify(shown, null, 2);
};

const showDefault = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? ` (${value})` : '';

/** The lines of `--help` about settings. */
export const settingsHelp = (): string =>
  Object.values(SETTINGS)
    .map((setting: Setting) => `  ${setting.flag.padEnd(26)}${setting.help}${showDefault(setting.default)}`)
    .join('\n');
