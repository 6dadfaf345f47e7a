import type { Principal } from '../access/index.js';
import { CollectorError } from '../errors/index.js';
import type { ParameterProblem } from '../query/index.js';
import type { TraceFilter } from '../store/index.js';
import { parameterError } from './parameter-error.js';

/** A key's project is all that its holder can see; asking for another is told so, whether or not there is such a one. */
export const projectFor = (principal: Principal, asked: string | null): string | null => {
  if (principal.project === null) return asked;
  if (asked !== null && asked !== principal.project)
    throw new CollectorError({
      code: 'FORBIDDEN',
      message: 'the key belongs to another project',
      field: 'project',
      issue: "must be the key's own project",
    });
  return principal.project;
};

interface Parsed<Query> {
  readonly status: 'parsed';
  readonly query: Query;
  readonly applied: Readonly<Record<string, unknown>>;
}

type Outcome<P> = P | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

/** What was parsed, narrowed to what the caller can see. Throws a CollectorError where it was refused. */
export const parsedFor = <Query extends { readonly filter: TraceFilter }, P extends Parsed<Query>>(
  principal: Principal,
  outcome: Outcome<P>,
): P => {
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const project = projectFor(principal, outcome.query.filter.project);
  return {
    ...outcome,
    query: { ...outcome.query, filter: { ...outcome.query.filter, project } },
    applied: { ...outcome.applied, ...(project === null ? {} : { project }) },
  };
};
