import { parseTextQuery } from 'noveum-proto';

import type { TextAsked, TraceQuery } from '../store/index.js';
import type { Parameters, ParameterProblem } from './parameters.js';

const MODES = ['words', 'substring'];
const MAX_NEEDLE_UNITS = 1_000;

/** What `q` and `q_mode` ask of texts; undefined: nothing, or they break a rule, which is noted. */
export const textAskedOf = (
  parameters: Parameters,
  sort: TraceQuery['sort'],
  problems: ParameterProblem[],
): TextAsked | undefined => {
  const [q] = parameters.get('q') ?? [];
  const [mode = 'words'] = parameters.get('q_mode') ?? [];
  const refuse = (parameter: string, rule: string, value: string): TextAsked | undefined => {
    problems.push({ parameter, rule, value });
    return undefined;
  };
  if (!MODES.includes(mode)) return refuse('q_mode', `must be one of ${MODES.join(', ')}`, mode);
  if (q === undefined) return parameters.has('q_mode') ? refuse('q_mode', 'must stand beside q', mode) : undefined;
  if (sort.field !== 'start_time' || sort.direction !== 'desc')
    refuse('sort', 'must be start_time:desc where q is asked', `${sort.field}:${sort.direction}`);
  if (mode === 'substring')
    return q.length <= MAX_NEEDLE_UNITS
      ? { mode, needle: q }
      : refuse('q', `must not be longer than ${String(MAX_NEEDLE_UNITS)} characters`, q);
  const parsed = parseTextQuery(q);
  return parsed.status === 'parsed' ? { mode: 'words', query: parsed.query } : refuse('q', parsed.issue, q);
};
