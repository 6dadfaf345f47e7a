import type { SenderRow } from '../meta/index.js';
import { parseSendersQuery } from '../query/index.js';
import { booksOf, pageOfSenders, SENDER_SORTS, type Senders } from '../senders/index.js';
import { parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route } from './route.js';
import { paginationOf } from './trace-page.js';

const told = (row: SenderRow) => {
  const { project, report } = row;
  const { created, recovered, sampledOut, received, lost, inFlight } = booksOf(row);
  return {
    instance_id: report.instanceId,
    exporter: report.exporter,
    project,
    service: report.serviceName,
    sdk_version: report.sdkVersion,
    state: report.hasEnded ? 'ended' : 'running',
    first_seen: new Date(row.firstSeenMillis).toISOString(),
    last_seen: new Date(row.lastSeenMillis).toISOString(),
    created,
    recovered,
    sampled_out: sampledOut,
    received,
    lost,
    in_flight: inFlight,
    dropped: report.droppedSpans,
    rejected: report.rejectedSpans,
    spooled: report.spooledSpans,
    retries: report.retries,
    requests: row.requests,
    repeated: row.repeatedSpans,
  };
};

/** What senders say they made, beside what of it came. */
export const createSenderRoutes = (senders: Pick<Senders, 'list' | 'forgotten'>): Readonly<Record<string, Route>> => ({
  '/senders': {
    name: '/v1/senders',
    need: 'read',
    answer: async ({ search, principal }) => {
      const { query, refused, applied } = parseSendersQuery(search, SENDER_SORTS);
      const [first, ...others] = refused;
      if (first !== undefined) throw parameterError([first, ...others]);
      const project = projectFor(principal, query.project);
      const page = pageOfSenders(await senders.list(), { ...query, project });
      if (page === null) {
        const rule = 'must be one that this list gave, with the same sort';
        throw parameterError([{ parameter: 'cursor', rule, value: query.cursor ?? '' }]);
      }
      return {
        kind: 'object',
        members: {
          senders: { value: page.rows.map(told) },
          forgotten: { value: senders.forgotten(project) },
          pagination: { value: paginationOf({ ...page, totalRelation: 'eq' }, query) },
          filters_applied: { value: { ...applied, ...(project === null ? {} : { project }) } },
        },
      };
    },
  },
});
