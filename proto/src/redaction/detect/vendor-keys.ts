import { API_KEY } from '../kinds.js';
import { DASH, isAlphanumeric, isBase64Url, isDigit, isUpper } from './characters.js';
import { beginsHere, type Cursor, type Detector, found, isEnabled } from './cursor.js';
import { looksRandom } from './random-text.js';

/** How vendors begin their keys, and the least characters behind that, a few below what they issue. */
const PREFIXES: readonly (readonly [prefix: string, least: number])[] = [
  // OpenAI (`sk-`, `sk-proj-`, `sk-svcacct-`), Anthropic (`sk-ant-`), OpenRouter (`sk-or-`), Langfuse (`sk-lf-`, `pk-lf-`).
  ['sk-', 20],
  ['pk-lf-', 20],
  ['ghp_', 30],
  ['gho_', 30],
  ['ghu_', 30],
  ['ghs_', 30],
  ['ghr_', 30],
  ['github_pat_', 22],
  ['glpat-', 20],
  ['xoxa-', 10],
  ['xoxb-', 10],
  ['xoxe-', 10],
  ['xoxp-', 10],
  ['xoxr-', 10],
  ['xoxs-', 10],
  ['xapp-', 10],
  ['sk_live_', 10],
  ['sk_test_', 10],
  ['rk_live_', 10],
  ['rk_test_', 10],
  ['pk_live_', 10],
  ['whsec_', 20],
  ['hf_', 30],
  ['gsk_', 30],
  ['xai-', 30],
  ['pplx-', 30],
  ['r8_', 30],
  ['npm_', 30],
  ['pypi-', 50],
  ['dop_v1_', 40],
  ['shpat_', 30],
  ['lin_api_', 30],
  ['lsv2_pt_', 30],
  ['nv_prod_', 30],
  ['nv_test_', 30],
  ['nv_dev_', 30],
];

interface Prefix {
  readonly prefix: string;
  readonly least: number;
  /** Where in it its first separator stands. */
  readonly separatorAt: number;
}

/** By the character before the first separator. */
const BY_LAST: (Prefix[] | undefined)[] = Array.from({ length: 128 });
for (const [prefix, least] of PREFIXES) {
  const separatorAt = prefix.search(/[-_]/);
  const last = prefix.charCodeAt(separatorAt - 1);
  BY_LAST[last] = [...(BY_LAST[last] ?? []), { prefix, least, separatorAt }];
}

/** So much of a body shows whether it is one; only what is then taken is read to its end. */
const MOST_LOOKED_AT = 128;

const bodyEnd = (text: string, at: number, limit = Infinity): number => {
  let end = at;
  while (end < limit && isBase64Url(text.charCodeAt(end))) end++;
  return end;
};

/** At the first `-` or `_` of a prefix. */
export const vendorKeyAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const candidates = at > 0 ? BY_LAST[text.charCodeAt(at - 1)] : undefined;
  if (candidates === undefined || !isEnabled(cursor, API_KEY)) return at + 1;
  for (const { prefix, least, separatorAt } of candidates) {
    const start = at - separatorAt;
    if (start < 0 || !text.startsWith(prefix, start) || !beginsHere(cursor, start)) continue;
    if (start > cursor.floor && text.charCodeAt(start - 1) === DASH) continue;
    const from = start + prefix.length;
    const end = bodyEnd(text, from, from + MOST_LOOKED_AT);
    if (end - from < least || !looksRandom(text, from, end)) continue;
    return found(cursor, API_KEY, start, bodyEnd(text, end));
  }
  return at + 1;
};

const AWS_KEY_CHARACTERS = 20;
const GOOGLE_KEY_CHARACTERS = 35;

const awsEnd = ({ text }: Cursor, at: number): number => {
  let end = at + 4;
  while (isUpper(text.charCodeAt(end)) || isDigit(text.charCodeAt(end))) if (++end - at > AWS_KEY_CHARACTERS) return -1;
  return end - at === AWS_KEY_CHARACTERS && !isAlphanumeric(text.charCodeAt(end)) ? end : -1;
};

/** At `A`: an access key's id of AWS (`AKIA`, `ASIA`), a key of Google (`AIza`). */
export const capitalAAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const second = text.charCodeAt(at + 1);
  // K, S, I.
  if ((second !== 75 && second !== 83 && second !== 73) || !isEnabled(cursor, API_KEY)) return at + 1;
  if (!beginsHere(cursor, at)) return at + 1;
  if (text.startsWith('KIA', at + 1) || text.startsWith('SIA', at + 1)) {
    const end = awsEnd(cursor, at);
    return end === -1 ? at + 1 : found(cursor, API_KEY, at, end);
  }
  if (!text.startsWith('Iza', at + 1)) return at + 1;
  const end = bodyEnd(text, at + 4);
  return end - at - 4 >= GOOGLE_KEY_CHARACTERS - 4 ? found(cursor, API_KEY, at, end) : end;
};
