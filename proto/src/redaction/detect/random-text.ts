import { isDigit, isLetter, isUpper } from './characters.js';

/**
 * Looks drawn by chance, not named by a person: a digit in it, or capitals among small letters without a separator
 * (`sk-learn-cross-validation-notes` has neither).
 */
export const looksRandom = (text: string, start: number, end: number): boolean => {
  let hasUpper = false;
  let hasLower = false;
  let hasOther = false;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (isDigit(code)) return true;
    if (!isLetter(code)) hasOther = true;
    else if (isUpper(code)) hasUpper = true;
    else hasLower = true;
  }
  return hasUpper && hasLower && !hasOther;
};
