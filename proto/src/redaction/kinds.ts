/** What is looked for, in the order of their numbers inside the scanner. */
export const KINDS = [
  'email',
  'phone',
  'card',
  'ssn',
  'iban',
  'ip',
  'api_key',
  'password',
  'private_key',
  'jwt',
  'url_credentials',
] as const;

export type Kind = (typeof KINDS)[number];

/**
 * `replace`: by a label; `hash`: by a label with a keyed hash, so that equal values stay equal; `mask`: `*` for every
 * character; `keep-last-4`: the same, but for the last four; `none`: the kind isn't looked for.
 */
export const ACTIONS = ['replace', 'hash', 'mask', 'keep-last-4', 'none'] as const;

export type Action = (typeof ACTIONS)[number];

export const EMAIL = 0;
export const PHONE = 1;
export const CARD = 2;
export const SSN = 3;
export const IBAN = 4;
export const IP = 5;
export const API_KEY = 6;
export const PASSWORD = 7;
export const PRIVATE_KEY = 8;
export const JWT = 9;
export const URL_CREDENTIALS = 10;
