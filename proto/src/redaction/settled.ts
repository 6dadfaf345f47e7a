import { codesOf, isDigit } from './detect/characters.js';

/** Space, tab, line ends, quotes, brackets, `=`, `,`, `;`: nothing that is looked for reaches over one, but numbers. */
const ENDS = codesOf(' \t\n\r"\'`<>(){},;=');
const SPACE = 32;
const OPEN_ROUND = 40;
const CLOSE_ROUND = 41;
const COLON = 58;

/**
 * What stands before a finding at `start` stays what it is when the finding is replaced. Where that isn't sure, something
 * may come free that was no finding only because the other one followed it: `555-0100` before `AKIA…`.
 */
export const isSettled = (text: string, start: number, floor: number): boolean => {
  if (start <= floor) return true;
  const before = text.charCodeAt(start - 1);
  if (before === COLON) return start < 2 || ENDS.has(text.charCodeAt(start - 2));
  if (!ENDS.has(before)) return false;
  const isWithinNumbers = before === SPACE || before === OPEN_ROUND || before === CLOSE_ROUND;
  return (
    !isWithinNumbers ||
    start < 2 ||
    !(isDigit(text.charCodeAt(start - 2)) || text.charCodeAt(start - 2) === CLOSE_ROUND)
  );
};
