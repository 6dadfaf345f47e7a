/** Header names in lower case, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The first value of a header that a proxy or sender may have repeated. */
export const headerOf = (headers: RequestHeaders, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** Longer than any key of ours: not worth a hash. */
const MOST_CHARACTERS = 512;

/** Langfuse sends `public:secret`, curl `-u :key` or `-u key:`; the password is the key, the user only where it is alone. */
const fromBasic = (encoded: string): string | null => {
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const password = colon === -1 ? '' : pair.slice(colon + 1);
  const user = colon === -1 ? pair : pair.slice(0, colon);
  return password === '' ? user : password;
};

const fromAuthorization = (value: string): string | null => {
  const [, scheme = '', rest = ''] = /^(\S+) +(\S+) *$/.exec(value) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return rest;
    case 'basic':
      return fromBasic(rest);
    default:
      return null;
  }
};

/** The key that a request carries: Bearer or Basic, else `x-api-key`; null: none. */
export const credentialOf = (headers: RequestHeaders): string | null => {
  const authorization = headerOf(headers, 'authorization');
  const credential =
    (authorization === undefined ? null : fromAuthorization(authorization)) ?? headerOf(headers, 'x-api-key') ?? null;
  return credential === null || credential === '' || credential.length > MOST_CHARACTERS ? null : credential;
};
