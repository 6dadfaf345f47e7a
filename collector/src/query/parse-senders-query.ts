import { createParameterReader } from './parameter-reader.js';
import { pagingOf, sortingOf } from './paging.js';
import { appliedBut, type ParameterProblem, readParameters } from './parameters.js';

const PAGING = ['limit', 'offset', 'cursor', 'sort'];
const KNOWN = new Set([...PAGING, 'project', 'service', 'instance_id']);

/** Reads the query string of the list of senders, the latest first where it says nothing else. */
export const parseSendersQuery = <Field extends string>(
  search: URLSearchParams,
  sorts: readonly [Field, ...Field[]],
) => {
  const { parameters, problems, asSent } = readParameters(search, KNOWN);
  const reader = createParameterReader(parameters, problems);
  const query = {
    project: reader.text('project') ?? null,
    service: reader.text('service') ?? null,
    instance: reader.text('instance_id') ?? null,
    sort: sortingOf(reader, sorts, sorts[0]),
    ...pagingOf(reader),
  };
  const refused: readonly ParameterProblem[] = problems.length > 0 ? asSent() : [];
  return { query, refused, applied: appliedBut(PAGING, parameters) };
};
