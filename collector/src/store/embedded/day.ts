/** A partition is a UTC day, named YYYY-MM-DD; a trace lives in the day of its first span that came. */
export const NANOS_PER_DAY = 86_400_000_000_000n;
const MILLIS_PER_DAY = 86_400_000;

/** Spans dated further ahead of their arrival than this are filed under their arrival. */
const MAX_DAYS_AHEAD = 1;
/** And those dated further back than this, so that a broken clock can't open a partition for every day since 1970. */
const MAX_DAYS_BACK = 400;

export const dayNumberOf = (startUnixNano: bigint, receivedAtMillis: number): number => {
  const received = Math.floor(receivedAtMillis / MILLIS_PER_DAY);
  const started = Number(startUnixNano / NANOS_PER_DAY);
  return started > received + MAX_DAYS_AHEAD || started < received - MAX_DAYS_BACK ? received : started;
};

export const dayName = (day: number): string => new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10);

export const dayNumberOfName = (name: string): number => Math.floor(Date.parse(`${name}T00:00:00Z`) / MILLIS_PER_DAY);
