import { CollectorError } from '../errors/index.js';
import type { ParameterProblem } from '../query/index.js';

const SHOWN_CHARACTERS = 100;

const sentence = ({ parameter, rule, value }: ParameterProblem): string =>
  `${parameter} ${rule}, got "${value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value}"`;

/** All that is wrong with the parameters in the message, the first of them as field and issue. */
export const parameterError = (problems: readonly [ParameterProblem, ...ParameterProblem[]]): CollectorError => {
  const [first] = problems;
  return new CollectorError({
    code: 'VALIDATION_ERROR',
    message: problems.map(sentence).join('; '),
    field: first.parameter,
    issue: sentence(first).slice(first.parameter.length + 1),
  });
};

/** Refuses parameters that a route doesn't have; those that it has are read by the route. */
export const onlyParameters = (search: URLSearchParams, known: readonly string[]): void => {
  const [first, ...others] = [...search]
    .filter(([parameter]) => !known.includes(parameter))
    .map(([parameter, value]) => ({ parameter, rule: 'is not a parameter of this route', value }));
  if (first !== undefined) throw parameterError([first, ...others]);
};
