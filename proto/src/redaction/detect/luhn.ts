import { isDigit } from './characters.js';

/** ISO/IEC 7812-1, annex B, over the digits between `start` and `end`, whatever stands between them. */
export const passesLuhn = (text: string, start: number, end: number): boolean => {
  let sum = 0;
  let isDoubled = false;
  for (let i = end - 1; i >= start; i--) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) continue;
    const digit = code - 48;
    if (!isDoubled) sum += digit;
    else sum += digit > 4 ? digit * 2 - 9 : digit * 2;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
};

/** A network's first digits and lengths (ISO/IEC 7812 ranges as the networks publish them). */
export const isIssued = (first: number, length: number): boolean => {
  const two = Math.floor(first / 100);
  switch (Math.floor(first / 1000)) {
    case 4:
      return length === 13 || length === 16 || length === 19;
    case 5:
    case 6:
      return length >= 13;
    case 3:
      if (two === 34 || two === 37) return length === 15;
      if (two === 35) return length >= 16;
      return (two === 30 || two === 36 || two === 38 || two === 39) && length >= 14;
    case 2:
      return length === 16 && ((first >= 2200 && first <= 2205) || (first >= 2221 && first <= 2720));
    default:
      return (two === 81 || two === 82) && length === 16;
  }
};
