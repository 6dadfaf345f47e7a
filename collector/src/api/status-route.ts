import type { TraceAnswers } from '../query/index.js';
import type { ProjectUsage } from '../store/index.js';
import { type HealthReport, overallHealth } from './health.js';
import { onlyParameters } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route } from './route.js';

const BYTES_PER_MB = 1e6;

const sum = (usage: readonly ProjectUsage[], count: 'traces' | 'spans' | 'bytes'): number =>
  usage.reduce((total, day) => total + day[count], 0);

/** How a project stands. There are no limits yet: null says so. */
export const createStatusRoute = (answers: TraceAnswers, health: () => HealthReport, now: () => Date): Route => ({
  name: '/v1/status',
  need: 'read',
  answer: async ({ search, principal }) => {
    onlyParameters(search, ['project']);
    const project = projectFor(principal, search.get('project'));
    const usage = await answers.usage(project);
    const timestamp = now().toISOString();
    const today = usage.filter(({ day }) => timestamp.startsWith(day));
    const counted = {
      traces_today: sum(today, 'traces'),
      spans_today: sum(today, 'spans'),
      storage_used_mb: Math.round((sum(usage, 'bytes') / BYTES_PER_MB) * 100) / 100,
      rate_limit_remaining: null,
    };
    return {
      kind: 'object',
      members: {
        status: { value: overallHealth(health()) === 'healthy' ? 'operational' : 'degraded' },
        timestamp: { value: timestamp },
        project_id: { value: project },
        usage: { value: counted },
        quotas: { value: { traces_per_day: null, storage_limit_gb: null, rate_limit_per_minute: null } },
        usage_by_day: { value: usage },
        ...(principal.role === 'admin' ? { parts: { value: health() } } : {}),
      },
    };
  },
});
