const DAY = /^\d{4}-\d{2}-\d{2}/;
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since 1970 of `2026-01-01` (its begin in UTC) or of a moment with a zone; null: no such moment. */
export const priceMomentMillis = (text: string): number | null => {
  const [day] = DAY.exec(text) ?? [];
  if (day === undefined || !MOMENT.test(text)) return null;
  const dayMillis = Date.parse(`${day}T00:00:00Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (!Number.isFinite(dayMillis) || !new Date(dayMillis).toISOString().startsWith(day)) return null;
  const millis = Date.parse(text);
  return Number.isFinite(millis) ? millis : null;
};
