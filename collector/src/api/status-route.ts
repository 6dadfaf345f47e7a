import type { TraceAnswers } from '../query/index.js';
import type { ProjectUsage } from '../store/index.js';
import { type HealthReport, overallHealth } from './health.js';
import { onlyParameters } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route } from './route.js';

/** What a collector is and keeps, as its configuration has it. */
export interface About {
  readonly store: string;
  /** 0: no limit of that kind. */
  readonly retention: { readonly days: number; readonly bytes: number };
  /** What was redacted since the start, by project as rules name it and by kind; `*`: of all that none names. */
  readonly redacted: () => Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What is acknowledged and not stored, or stored and its texts not indexed yet, of all projects; null: there is no index. */
  readonly lag: () => { readonly store: Lag; readonly text: Lag | null };
}

export interface Lag {
  readonly bytes: number;
  readonly seconds: number;
}

export interface StatusOptions {
  readonly answers: Pick<TraceAnswers, 'usage' | 'priceBook'>;
  readonly health: () => HealthReport;
  readonly about: About;
  readonly version: string;
  readonly now: () => Date;
}

const BYTES_PER_MB = 1e6;
/** Rows of days and projects that are told one by one. */
const MOST_ROWS = 10_000;

const sum = (usage: readonly ProjectUsage[], count: 'traces' | 'spans' | 'bytes'): number =>
  usage.reduce((total, day) => total + day[count], 0);

const orNull = (limit: number): number | null => (limit === 0 ? null : limit);

/** Counts of all projects, or those of the one that is asked for. */
const redactedIn = (counts: ReturnType<About['redacted']>, project: string | null) =>
  project === null ? counts : Object.fromEntries(Object.entries(counts).filter(([name]) => name === project));

/** How a project stands. There are no quotas yet: null says so. */
export const createStatusRoute = ({ answers, health, about, version, now }: StatusOptions): Route => ({
  name: '/v1/status',
  need: 'read',
  answer: async ({ search, principal }) => {
    onlyParameters(search, ['project']);
    const project = projectFor(principal, search.get('project'));
    const [usage, priceBook] = await Promise.all([answers.usage(project), answers.priceBook()]);
    const timestamp = now().toISOString();
    const today = usage.filter(({ day }) => timestamp.startsWith(day));
    const counted = {
      traces_today: sum(today, 'traces'),
      spans_today: sum(today, 'spans'),
      bytes_today: sum(today, 'bytes'),
      traces_total: sum(usage, 'traces'),
      spans_total: sum(usage, 'spans'),
      bytes_total: sum(usage, 'bytes'),
      storage_used_mb: Math.round((sum(usage, 'bytes') / BYTES_PER_MB) * 100) / 100,
      rate_limit_remaining: null,
    };
    const { days, bytes } = about.retention;
    return {
      kind: 'object',
      members: {
        status: { value: overallHealth(health()) === 'healthy' ? 'operational' : 'degraded' },
        timestamp: { value: timestamp },
        project_id: { value: project },
        usage: { value: counted },
        quotas: { value: { traces_per_day: null, storage_limit_gb: null, rate_limit_per_minute: null } },
        usage_by_day: { value: usage.slice(-MOST_ROWS) },
        versions: { value: { collector: version, price_book: priceBook } },
        store: { value: about.store },
        retention: { value: { days: orNull(days), bytes: orNull(bytes) } },
        redacted: { value: redactedIn(about.redacted(), project) },
        ...(principal.role === 'admin' ? { lag: { value: about.lag() }, parts: { value: health() } } : {}),
      },
    };
  },
});
