import { codeOf, type ReadFile } from './config-file.js';
import type { ElasticsearchConnection } from './elasticsearch-config.js';

/** Of the file or the environment; undefined: not given. */
export type ConnectionGiven = Readonly<
  Record<
    'url' | 'cloudId' | 'apiKey' | 'apiKeyFile' | 'username' | 'password' | 'passwordFile' | 'caFile' | 'fingerprint',
    unknown
  >
>;

type Resolved = Pick<ElasticsearchConnection, 'nodes' | 'cloudId' | 'auth' | 'ca' | 'fingerprint'>;

const MOST_NODES = 64;
const SHA256 = /^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i;
const SECRET = /^[\x20-\x7e]{1,4096}$/;

interface ReadUrl {
  readonly node: string;
  readonly username: string;
  readonly password: string;
}

const readUrl = (text: unknown): ReadUrl | null => {
  const url = typeof text === 'string' ? URL.parse(text.trim()) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') return null;
  const { username, password } = url;
  url.username = url.password = '';
  const node = url.href.replace(/\/+$/, '');
  return { node, username: decodeURIComponent(username), password: decodeURIComponent(password) };
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Reads and checks how a cluster is reached, so that what can't work stops the start. `nameOf` says how a setting is
 * called where it was given. No error shows a URL or a secret.
 */
export const resolveElasticsearchConnection = (
  given: ConnectionGiven,
  nameOf: (name: keyof ConnectionGiven) => string,
  readFile: ReadFile,
  errors: string[],
): Resolved => {
  const textOf = (name: keyof ConnectionGiven): string | null => {
    const value = given[name];
    if (value === undefined || value === null) return null;
    if (isText(value)) return value;
    errors.push(`${nameOf(name)} must be a text that is not empty`);
    return null;
  };
  const fileOf = (name: keyof ConnectionGiven): string | null => {
    const path = textOf(name);
    if (path === null) return null;
    try {
      return readFile(path);
    } catch (error) {
      errors.push(`${nameOf(name)} ${path} can't be read: ${codeOf(error)}`);
      return null;
    }
  };
  const secretOf = (name: 'apiKey' | 'password', file: 'apiKeyFile' | 'passwordFile'): string | null => {
    const [here, there] = [textOf(name), fileOf(file)?.trim() ?? null];
    if (here !== null && there !== null)
      errors.push(`${nameOf(name)} and ${nameOf(file)} exclude each other: give one`);
    const secret = here ?? there;
    if (secret === null || SECRET.test(secret)) return secret;
    errors.push(`${nameOf(here === null ? file : name)} must hold printable ASCII characters`);
    return null;
  };

  const listed = typeof given.url === 'string' ? given.url.split(',') : given.url;
  const wanted: readonly unknown[] =
    listed === undefined || listed === null ? [] : Array.isArray(listed) ? listed : [listed];
  const urls = wanted.map(readUrl);
  const nodes = urls.flatMap((url) => (url === null ? [] : [url.node]));
  if (nodes.length !== wanted.length || nodes.length > MOST_NODES)
    errors.push(`${nameOf('url')} must be http or https URLs without a query, at most ${MOST_NODES}`);
  const cloudId = textOf('cloudId');
  if (cloudId !== null && wanted.length > 0)
    errors.push(`${nameOf('url')} and ${nameOf('cloudId')} exclude each other: give one`);

  const inUrl = urls.find((url) => url !== null && url.username !== '');
  const apiKey = secretOf('apiKey', 'apiKeyFile');
  const username = textOf('username') ?? inUrl?.username ?? null;
  const password = secretOf('password', 'passwordFile') ?? inUrl?.password ?? null;
  if (apiKey !== null && (username !== null || password !== null))
    errors.push(`${nameOf('apiKey')} and ${nameOf('username')} exclude each other: give one`);
  if ((username === null) !== (password === null))
    errors.push(`${nameOf('username')} and ${nameOf('password')} must be given together`);

  const ca = fileOf('caFile');
  if (ca?.includes('-----BEGIN ') === false) errors.push(`${nameOf('caFile')} ${String(given.caFile)} must hold PEM`);
  const fingerprint = textOf('fingerprint');
  if (fingerprint !== null && !SHA256.test(fingerprint))
    errors.push(`${nameOf('fingerprint')} must be a SHA-256, 64 hex digits with or without colons`);
  if (ca !== null && fingerprint !== null)
    errors.push(`${nameOf('caFile')} and ${nameOf('fingerprint')} exclude each other: give one`);
  const isPlain = nodes.some((node) => node.startsWith('http:'));
  for (const name of ['caFile', 'fingerprint'] as const)
    if (isPlain && given[name] !== undefined) errors.push(`${nameOf(name)} must stand with https URLs alone`);
  return Object.freeze({
    nodes: Object.freeze(nodes),
    cloudId,
    auth:
      apiKey !== null
        ? Object.freeze({ kind: 'api-key', apiKey })
        : username !== null && password !== null
          ? Object.freeze({ kind: 'basic', username, password })
          : null,
    ca,
    fingerprint: fingerprint?.replaceAll(':', '').match(/../g)?.join(':').toUpperCase() ?? null,
  });
};
