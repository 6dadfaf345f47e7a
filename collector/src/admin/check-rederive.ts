import type { RederiveRequest } from '../store/index.js';

export interface RederiveInput {
  /** ISO 8601, or days or hours back from now as `7d`, `36h`. */
  readonly since: unknown;
  /** The same; undefined or null: to the end. */
  readonly until?: unknown;
  /** Undefined or null: every project. */
  readonly project?: unknown;
  readonly dryRun?: boolean;
}

export type RederiveCheck =
  | { readonly status: 'ok'; readonly request: RederiveRequest }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

const MILLIS_PER = { d: 86_400_000, h: 3_600_000 } as const;
const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
const BACK = /^(\d{1,6})([dh])$/;

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const toMillis = (value: unknown, nowMillis: number): number | null => {
  if (typeof value !== 'string') return null;
  const [, count, unit] = BACK.exec(value) ?? [];
  if (count !== undefined) return nowMillis - Number(count) * MILLIS_PER[unit as 'd' | 'h'];
  const millis = ISO_DATE.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(millis) ? null : millis;
};

const RULE = 'must be a time in ISO 8601 (2026-11-01, 2026-11-01T12:00:00Z), or days or hours back as 7d or 36h';

/** All that is wrong with what is asked for, at once. */
export const checkRederive = (input: RederiveInput, nowMillis: number): RederiveCheck => {
  const { dryRun = false, project = null, until = null } = input;
  const sinceMillis = toMillis(input.since, nowMillis);
  const untilMillis = until === null ? null : toMillis(until, nowMillis);
  const isUntil = until === null || untilMillis !== null;
  const errors: string[] = [];
  if (sinceMillis === null) errors.push(`since ${RULE}, got ${show(input.since)}`);
  if (!isUntil) errors.push(`until ${RULE}, got ${show(until)}`);
  if (sinceMillis !== null && untilMillis !== null && untilMillis <= sinceMillis)
    errors.push(`until must be later than since, got ${show(until)}`);
  if (project !== null && (typeof project !== 'string' || project === ''))
    errors.push(`project must be the name of one, got ${show(project)}`);
  if (errors.length > 0 || sinceMillis === null) return { status: 'invalid', errors };
  return { status: 'ok', request: { project: project as string | null, sinceMillis, untilMillis, dryRun } };
};
