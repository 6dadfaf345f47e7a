import type { NewKey } from '../access/index.js';

export interface NewKeyInput {
  readonly project: unknown;
  readonly environment: unknown;
  readonly role: unknown;
  /** ISO 8601, or days from now as `90d`; undefined or null: never. */
  readonly expires: unknown;
}

export type NewKeyOutcome =
  | { readonly status: 'ok'; readonly wanted: NewKey }
  | { readonly status: 'invalid'; readonly errors: readonly string[] };

const ENVIRONMENTS = ['prod', 'dev', 'test'] as const;
const ROLES = ['ingest', 'read', 'admin'] as const;
const MOST_PROJECT_CHARACTERS = 256;
const MILLIS_PER_DAY = 86_400_000;
const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
const CONTROL = /[\u0000-\u001f\u007f]/;

const oneOf = <T extends string>(choices: readonly T[], value: unknown): T | null =>
  choices.find((choice) => choice === value) ?? null;

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

const toExpiry = (value: unknown, nowMillis: number): number | null => {
  if (typeof value !== 'string') return null;
  const [, days] = /^(\d{1,5})d$/.exec(value) ?? [];
  const millis =
    days === undefined ? (ISO_DATE.test(value) ? Date.parse(value) : NaN) : nowMillis + Number(days) * MILLIS_PER_DAY;
  return Number.isNaN(millis) || millis <= nowMillis ? null : millis;
};

/** All that is wrong with a key that is asked for, at once. */
export const checkNewKey = (input: NewKeyInput, nowMillis: number): NewKeyOutcome => {
  const { project, expires } = input;
  const environment = oneOf(ENVIRONMENTS, input.environment);
  const role = oneOf(ROLES, input.role);
  const expiry = expires === undefined || expires === null ? undefined : toExpiry(expires, nowMillis);
  const isProject =
    typeof project === 'string' &&
    project !== '' &&
    project.length <= MOST_PROJECT_CHARACTERS &&
    !CONTROL.test(project);
  if (isProject && environment !== null && role !== null && expiry !== null)
    return {
      status: 'ok',
      wanted: { project, environment, role, expiresAt: expiry === undefined ? null : new Date(expiry).toISOString() },
    };
  const errors: string[] = [];
  if (!isProject)
    errors.push(
      `project must be a name of 1 to ${MOST_PROJECT_CHARACTERS} characters without control characters, got ${show(project)}`,
    );
  if (environment === null)
    errors.push(`env must be one of ${ENVIRONMENTS.join(', ')}, got ${show(input.environment)}`);
  if (role === null) errors.push(`role must be one of ${ROLES.join(', ')}, got ${show(input.role)}`);
  if (expiry === null)
    errors.push(`expires must be a time to come in ISO 8601 (2027-01-31), or days as 90d, got ${show(expires)}`);
  return { status: 'invalid', errors };
};
