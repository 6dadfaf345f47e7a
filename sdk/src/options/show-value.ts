const LONGEST = 100;

/** The value in a message: JSON of at most 100 characters; a text with an @ may hold a password. */
export const shownValue = (value: unknown, isSecret: boolean): string => {
  if (isSecret) return '[secret]';
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  let json: string;
  try {
    json = JSON.stringify(value);
  } catch {
    return `a value that is no JSON`;
  }
  if (json.includes('@')) return '[secret]';
  return json.length > LONGEST ? `${json.slice(0, LONGEST - 1)}…` : json;
};
