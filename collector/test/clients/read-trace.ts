import { setTimeout as pause } from 'node:timers/promises';

const VISIBLE_WITHIN_MILLIS = 5_000;
const ASK_EVERY_MILLIS = 25;

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a path of the API until it is answered with 200, as what was acknowledged is readable within a second. */
export const readUntilThere = async <T = JsonObject>(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> => {
  const deadline = Date.now() + VISIBLE_WITHIN_MILLIS;
  for (;;) {
    const response = await fetch(url, { headers });
    const text = await response.text();
    if (response.status === 200) return JSON.parse(text) as T;
    if (Date.now() > deadline) throw new Error(`GET ${url} was answered ${response.status}`);
    await pause(ASK_EVERY_MILLIS);
  }
};

/** Checks again and again until what was acknowledged is readable; then as the check fails, it fails. */
export const untilItHolds = async (check: () => Promise<void>): Promise<void> => {
  const deadline = Date.now() + VISIBLE_WITHIN_MILLIS;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(ASK_EVERY_MILLIS);
    }
  }
};
