import { IBAN } from '../kinds.js';
import { DASH, isAlphanumeric, isDigit, isLetter, SPACE } from './characters.js';
import { type Detector, beginsWord, found, isEnabled } from './cursor.js';

/** The IBAN registry (SWIFT, release 99): country and length. */
const REGISTRY =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30';

const LENGTHS = new Map<string, number>();
for (let i = 0; i < REGISTRY.length; i += 4)
  LENGTHS.set(REGISTRY.slice(i, i + 2), Number(REGISTRY.slice(i + 2, i + 4)));

/** End of `length` letters and digits from `at`, single spaces and dashes between blocks let through; -1: there aren't so many. */
const compactEnd = (text: string, at: number, length: number): number => {
  let i = at;
  for (let count = 0; count < length; i++) {
    const code = text.charCodeAt(i);
    if (isAlphanumeric(code)) count++;
    else if ((code !== SPACE && code !== DASH) || !isAlphanumeric(text.charCodeAt(i + 1)) || count < 4) return -1;
  }
  return i;
};

/** ISO 7064 MOD 97-10, the first four characters last, a letter as its two digits. */
const passesMod97 = (text: string, start: number, end: number): boolean => {
  let rest = 0;
  const feed = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      if (isDigit(code)) rest = (rest * 10 + code - 48) % 97;
      else if (code !== SPACE && code !== DASH) rest = (rest * 100 + (code & 0x5f) - 55) % 97;
    }
  };
  feed(start + 4, end);
  feed(start, start + 4);
  return rest === 1;
};

/** At the first check digit, the country's two letters before it. */
export const ibanAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const start = at - 2;
  if (!isEnabled(cursor, IBAN) || start < cursor.floor || !isDigit(text.charCodeAt(at + 1))) return at + 1;
  if (!isLetter(text.charCodeAt(start)) || !isLetter(text.charCodeAt(at - 1)) || !beginsWord(cursor, start))
    return at + 1;
  const length = LENGTHS.get(text.slice(start, at).toUpperCase());
  if (length === undefined) return at + 1;
  const end = compactEnd(text, start, length);
  if (end === -1 || isAlphanumeric(text.charCodeAt(end)) || !passesMod97(text, start, end)) return at + 1;
  return found(cursor, IBAN, start, end);
};
