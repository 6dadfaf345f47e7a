const ISO_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:[.,]\d{1,9})?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?$/;

/** Nanoseconds since 1970 have to fit in 63 bits. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2261;
const MINUTE_MILLIS = 60_000;

const daysInMonth = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** ISO 8601 date and time to the second, from 1970 to 2261, up to nine fraction digits, any offset; none: UTC. */
export const isIsoTime = (text: string): boolean => {
  const match = ISO_TIME.exec(text);
  if (match === null) return false;
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12) return false;
  if (day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
  const [offsetHours, offsetMinutes] = [part(8), part(9)];
  if (offsetHours > 23 || offsetMinutes > 59) return false;
  const offsetMillis = (match[7] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * MINUTE_MILLIS;
  return Date.UTC(year, month - 1, day, hour, minute, second) >= offsetMillis;
};
