import { parseTraceQuery } from './index.js';

const parse = (search: string) => parseTraceQuery(new URLSearchParams(search));

const parsed = (search: string) => {
  const outcome = parse(search);
  if (outcome.status === 'refused') throw new Error(JSON.stringify(outcome.problems));
  return outcome;
};

const refused = (search: string) => {
  const outcome = parse(search);
  return outcome.status === 'refused' ? outcome.problems.map(({ parameter, rule }) => `${parameter} ${rule}`) : [];
};

test('nothing asked for is the newest fifty', () => {
  expect(parsed('').includeSpans).toBe(false);
  expect(parsed('').query).toEqual({
    filter: { project: null, equals: {}, notEquals: {}, tags: [], compare: [] },
    sort: { field: 'start_time', direction: 'desc' },
    limit: 50,
    offset: 0,
    count: 'bounded',
  });
});

test.each([
  ['size=7&from=0.0', { limit: 7, offset: 0 }],
  ['limit=1000&offset=9000', { limit: 1000, offset: 9000 }],
  ['count=exact', { count: 'exact' }],
  ['sort=duration_ms:asc', { sort: { field: 'duration_ms', direction: 'asc' } }],
  ['sort=-span_count', { sort: { field: 'span_count', direction: 'desc' } }],
  ['cursor=abc', { cursor: 'abc' }],
])('%s', (search, expected) => {
  expect(parsed(search).query).toMatchObject(expected);
});

test.each([
  ['includeSpans=True', true],
  ['include_spans=false', false],
  ['include=spans', true],
])('%s', (search, expected) => {
  expect(parsed(search).includeSpans).toBe(expected);
});

test.each([
  ['userId=u&session_id=s', { equals: { userId: 'u', sessionId: 's' } }],
  ['environment_neq=dev', { notEquals: { environment: 'dev' } }],
  ['tags=a,b&tags=k:v', { tags: ['a', 'b', 'k:v'] }],
  ['has_error=1', { hasError: true }],
  ['min_duration_ms=2.5', { compare: [{ field: 'duration_ms', operator: 'gte', value: 2.5 }] }],
  ['error_count_gt=0', { compare: [{ field: 'error_count', operator: 'gt', value: 0 }] }],
  [
    'model=gpt-4o&provider_neq=openai&type=llm',
    { equals: { model: 'gpt-4o', type: 'llm' }, notEquals: { provider: 'openai' } },
  ],
  ['name=chat&error_type_neq=Timeout', { equals: { name: 'chat' }, notEquals: { errorType: 'Timeout' } }],
  ['service_name=a&service_name_neq=b', { equals: { service: 'a' }, notEquals: { service: 'b' } }],
  ['trace_id_neq=0AF7651916CD43DD8448EB211C80319C', { notEquals: { traceKey: '0af7651916cd43dd8448eb211c80319c' } }],
  ['project_neq=p&organizationId=o', { project: null, notProject: 'p' }],
  ['min_cost=0.5', { compare: [{ field: 'total_cost', operator: 'gte', value: 0.5 }] }],
  ['max_tokens=100', { compare: [{ field: 'total_tokens', operator: 'lte', value: 100 }] }],
  ['total_cost_lt=1e-3', { compare: [{ field: 'total_cost', operator: 'lt', value: 0.001 }] }],
  ['startTime=2026-01-01T00:00:00Z', { startUnixNano: 1_767_225_600_000_000_000n }],
  ['end_time=2026-01-01T01:00:00 01:00', { endUnixNano: 1_767_225_600_000_000_000n }],
])('filter %s', (search, expected) => {
  expect(parsed(search).query.filter).toMatchObject(expected);
});

test.each([
  ['limit=0', ['limit must be an integer from 1 to 1000']],
  ['limit=1001', ['limit must be an integer from 1 to 1000']],
  ['offset=%20', ['offset must be an integer from 0 to 10000']],
  ['min_duration_ms=0x10', ['min_duration_ms must be a number']],
  ['limit=ten', ['limit must be an integer from 1 to 1000']],
  ['offset=9951', ['offset and limit must not pass 10000 together; go on with cursor']],
  [
    'sort=name',
    ['sort must be one of start_time, duration_ms, total_cost, total_tokens, span_count, with :asc or :desc'],
  ],
  ['status=bad', ['status must be one of ok, error, timeout, cancelled, unset']],
  ['start_time=yesterday', ['start_time must be an ISO 8601 time']],
  [
    'type=query',
    ['type must be one of llm, agent, tool, retrieval, embedding, rerank, chain, guardrail, evaluator, workflow, span'],
  ],
  ['min_cost=much', ['min_cost must be a number']],
  ['has_error=perhaps', ['has_error must be true or false']],
  ['colour=red', ['colour is not a parameter of this route']],
  ['q="open', ['q must close every quotation mark']],
  ['searchTerm=a*', ['searchTerm must hold at least 2 letters or digits before each *']],
  ['q=hello&sort=duration_ms', ['sort must be start_time:desc where q is asked']],
  ['q=hello&q_mode=regex', ['q_mode must be one of words, substring']],
  ['q_mode=substring', ['q_mode must stand beside q']],
  ['limit=1&limit=2', ['limit must be given once']],
  ['limit=0&colour=red', ['colour is not a parameter of this route', 'limit must be an integer from 1 to 1000']],
])('%s is refused by name', (search, problems) => {
  expect(refused(search)).toEqual(problems);
});

test('what was applied is told, paging left out', () => {
  expect(parsed('project=p&limit=5&tags=a&tags=b').applied).toEqual({ project: 'p', tags: 'a,b' });
});
