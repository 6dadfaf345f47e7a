import type { ParameterProblem } from './parameters.js';
import { decodeSpanCursor, type SpanCursor } from './span-cursor.js';

/** Which spans of a trace are given, and how. */
export interface SpansQuery {
  /** `outline`: in tree order, without attributes; `full`: by their start, whole. */
  readonly view: 'outline' | 'full';
  /** Null: all of them. */
  readonly limit: number | null;
  /** Null: from the first. */
  readonly after: SpanCursor | null;
}

export type SpansQueryOutcome =
  | { readonly status: 'parsed'; readonly query: SpansQuery }
  | { readonly status: 'refused'; readonly problems: readonly [ParameterProblem, ...ParameterProblem[]] };

const VIEWS = ['outline', 'full'] as const;
const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;

const isView = (text: string): text is SpansQuery['view'] => VIEWS.includes(text as SpansQuery['view']);

/** Reads `view`, `limit` and `cursor`; without any of them all spans are asked for. */
export const parseSpansQuery = (search: URLSearchParams): SpansQueryOutcome => {
  const problems: ParameterProblem[] = [];
  const view = search.get('view') ?? 'full';
  if (!isView(view)) problems.push({ parameter: 'view', rule: `must be one of ${VIEWS.join(', ')}`, value: view });
  const sentLimit = search.get('limit');
  const limit = sentLimit !== null && /^\d{1,6}$/.test(sentLimit) ? Number(sentLimit) : 0;
  if (sentLimit !== null && (limit < 1 || limit > MAX_LIMIT))
    problems.push({
      parameter: 'limit',
      rule: `must be an integer from 1 to ${String(MAX_LIMIT)}`,
      value: sentLimit,
    });
  const sentCursor = search.get('cursor') ?? '';
  const after = sentCursor === '' ? null : decodeSpanCursor(sentCursor);
  if (sentCursor !== '' && after === null)
    problems.push({ parameter: 'cursor', rule: 'must be the next_cursor of another page', value: sentCursor });
  const [first, ...others] = problems;
  if (first !== undefined) return { status: 'refused', problems: [first, ...others] };
  const isPaged = view === 'outline' || sentLimit !== null || after !== null;
  return {
    status: 'parsed',
    query: {
      view: isView(view) ? view : 'full',
      limit: isPaged ? (sentLimit === null ? DEFAULT_LIMIT : limit) : null,
      after,
    },
  };
};
