import { DASH, DOT, isWord, SPACE } from './characters.js';

/** What a name says of its value. `secret`, `weak`: a word that names a secret in one place and is a plain word in another. */
export type SecretName = 'password' | 'key' | 'secret' | 'weak' | null;

const MOST_CHARACTERS = 48;
const PASSWORDS = /(?:password|passwd|passphrase|passwort|contraseña|motdepasse|pwd|senha)$|^(?:.*[-_. ])?pass$/;
const KEYS =
  /(?:api|secret|access|private|account|signing|encryption|master|service|auth|shared)key$|(?:api|access|auth|refresh|session|bearer|id|bot|personalaccess|security|csrf)token$|(?:client|app|api|webhook|consumer|shared)secret$|^sig$/;
const WEAK = /(?:token|credentials?)$/;

const readSecretName = (name: string): SecretName => {
  const lower = name.toLowerCase();
  const joined = lower.replaceAll(/[-_. ]/g, '');
  if (PASSWORDS.test(joined) || PASSWORDS.test(lower)) return 'password';
  if (KEYS.test(joined)) return 'key';
  if (joined.endsWith('secret')) return 'secret';
  return WEAK.test(joined) ? 'weak' : null;
};

/** The same names come again and again; of others no more is kept than this. */
const MOST_REMEMBERED = 1024;
const remembered = new Map<string, SecretName>();

export const secretName = (name: string): SecretName => {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const fresh = readSecretName(name);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  if (name.length <= MOST_CHARACTERS) remembered.set(name, fresh);
  return fresh;
};

/** The last three letters of every name above: most names end here, before anything is cut out of the text. */
const ENDINGS = ['ord', 'swd', 'pwd', 'ase', 'ort', 'eña', 'nha', 'ass', 'key', 'ken', 'ret', 'sig', 'ial', 'als'];
const endingOf = (text: string, end: number): number =>
  ((text.charCodeAt(end - 3) | 32) << 16) | ((text.charCodeAt(end - 2) | 32) << 8) | (text.charCodeAt(end - 1) | 32);
const KNOWN_ENDINGS = new Set(ENDINGS.map((ending) => endingOf(ending, 3)));

const isName = (code: number): boolean => isWord(code) || code === DASH || code === DOT || code === 0xf1;

/** The name whose last character is before `end`, of one word or two: `API key`, `client_secret`, `user.password`. */
export const secretNameBefore = (text: string, end: number): SecretName => {
  if (end < 3 || !KNOWN_ENDINGS.has(endingOf(text, end))) return null;
  let start = end;
  let spaces = 0;
  while (start > 0 && end - start < MOST_CHARACTERS) {
    const code = text.charCodeAt(start - 1);
    if (code === SPACE ? ++spaces > 1 : !isName(code)) break;
    start--;
  }
  return secretName(text.slice(start, end).trim());
};
