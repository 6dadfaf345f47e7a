import { broken, type Kind, ok } from './kinds.js';
import { isPlainObject } from './plain-object.js';

/** `name=value` pairs with commas, percent-encoded, as OpenTelemetry writes them in the environment. */
const parsePairs = (text: string): unknown => {
  const pairs: [string, string][] = [];
  for (const pair of text.split(',').filter((one) => one.trim() !== '')) {
    const split = pair.indexOf('=');
    if (split < 1) return text;
    try {
      pairs.push([decodeURIComponent(pair.slice(0, split).trim()), decodeURIComponent(pair.slice(split + 1).trim())]);
    } catch {
      return text;
    }
  }
  return Object.fromEntries(pairs);
};

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADERS_RULE = 'names of headers with texts that HTTP allows';

/** Names come out in lower case. */
export const headers: Kind = {
  rule: HEADERS_RULE,
  check: (value) =>
    isPlainObject(value) &&
    Object.entries(value).every(([name, one]) => TOKEN.test(name) && typeof one === 'string' && FIELD_VALUE.test(one))
      ? ok(Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one])))
      : broken(`must be ${HEADERS_RULE}`),
  parse: parsePairs,
};

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
const isAttribute = (value: unknown): boolean =>
  isScalar(value) ||
  (Array.isArray(value) && value.every((one) => isScalar(one) && typeof one === typeof (value as unknown[])[0]));
const ATTRIBUTES_RULE = 'names of attributes with texts, numbers, booleans, or lists of one of these';

export const attributes: Kind = {
  rule: ATTRIBUTES_RULE,
  check: (value) =>
    isPlainObject(value) && Object.entries(value).every(([name, one]) => name !== '' && isAttribute(one))
      ? ok({ ...value })
      : broken(`must be ${ATTRIBUTES_RULE}`),
  parse: parsePairs,
};

const isUrl = (value: unknown): boolean => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '' && url.hash === '';
};
const URL_RULE = 'a URL with http or https, without user and password';

/** Comes out without slashes at its end. */
export const url: Kind = {
  rule: URL_RULE,
  check: (value) => (isUrl(value) ? ok((value as string).replace(/\/+$/, '')) : broken(`must be ${URL_RULE}`)),
  parse: (text) => text,
};

const URLS_RULE = `names of regions, each with ${URL_RULE}`;

export const urls: Kind = {
  rule: URLS_RULE,
  check: (value) =>
    isPlainObject(value) && Object.values(value).every(isUrl)
      ? ok(Object.fromEntries(Object.entries(value).map(([name, one]) => [name, (one as string).replace(/\/+$/, '')])))
      : broken(`must be ${URLS_RULE}`),
  parse: parsePairs,
};
