import { isAlphanumeric, isDigit, isSpace } from './characters.js';
import { looksRandom } from './random-text.js';
import { type SecretName, secretName } from './secret-names.js';

const LEAST_KEY = 8;
const LEAST_WEAK = 16;
const LEAST_BARE_PASSWORD = 4;
const MOST_LOOKED_AT = 4096;

const PLACEHOLDER =
  /^\[[A-Z_ ]{3,}\]$|^(?:string|str|text|null|nil|none|undefined|true|false|required|optional|any|unknown|empty|n\/a|x+|\*+|\.+|•+|-+|…)$|^(?:your|my|insert|enter|replace|change)[-_ ]|^[<)\]},;+]|^\{\{|^\$\{|^\$\(|^\$[A-Z_]+$|^%[a-z_]*[sd%(]|^env[.(:]|^process\.env|^os\.environ/i;
const CODE_PATH =
  /^(?:process|os|import|env|config|self|this|settings|secrets|args|options|opts|props|ctx|req|request|data|user|form|body|state|values|params|z|t|schema|types?)\./i;

const hasDigit = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) if (isDigit(value.charCodeAt(i))) return true;
  return false;
};

const hasSpace = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) if (isSpace(value.charCodeAt(i))) return true;
  return false;
};

export const isPlaceholder = (value: string): boolean => PLACEHOLDER.test(value.slice(0, MOST_LOOKED_AT));

/** A whole value, in quotes or under a key, is a secret of that name. */
export const isQuotedSecret = (name: SecretName, value: string): boolean => {
  if (name === null || value === '' || isPlaceholder(value)) return false;
  if (name === 'password') return true;
  const looked = value.slice(0, MOST_LOOKED_AT);
  if (hasSpace(looked)) return false;
  if (name === 'key') return looked.length >= LEAST_WEAK || (looked.length >= LEAST_KEY && hasDigit(looked));
  return looked.length >= (name === 'secret' ? LEAST_KEY : LEAST_WEAK) && looksRandom(looked, 0, looked.length);
};

const isNameOrPath = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (!isAlphanumeric(code) && code !== 95 && code !== 45 && code !== 46) return false;
  }
  return true;
};

/** A value without quotes: prose and code stand there too, so that letters alone count only right behind a `=`. */
export const isBareSecret = (name: SecretName, value: string, isAssigned: boolean): boolean => {
  if (name === null || isPlaceholder(value) || CODE_PATH.test(value)) return false;
  const isTold = hasDigit(value) || !isNameOrPath(value);
  if (name !== 'password') return isTold && hasDigit(value) && isQuotedSecret(name, value);
  if (value.length < LEAST_BARE_PASSWORD) return false;
  return isTold || (isAssigned && !value.includes('.') && secretName(value) === null);
};
