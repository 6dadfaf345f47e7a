/**
 * The lists that are measured, by name: each filter, each order, each way of paging. `facts` are values that stored
 * traces really have; a middle one of them makes the narrow time range.
 */
export const listQueries = ({ userId, sessionId, middle, cursor }) => ({
  all: '',
  project: 'project=bench-1',
  environment: 'environment=prod',
  'time range': `start_time=${new Date(middle - 5_000).toISOString()}&end_time=${new Date(middle + 5_000).toISOString()}`,
  status: 'status=error',
  user_id: `user_id=${userId}`,
  session_id: `session_id=${sessionId}`,
  'tags (none has them)': 'tags=a,b',
  service: 'service=bench-2',
  min_duration_ms: 'min_duration_ms=5500',
  model: 'model=gpt-4o',
  'model (none has it)': 'model=gpt-4',
  provider: 'provider=anthropic',
  provider_neq: 'provider_neq=openai',
  type: 'type=retrieval',
  'type (none has it)': 'type=rerank',
  name: `name=${encodeURIComponent('invoke_agent support')}`,
  'name (none has it)': 'name=nobody',
  error_type: 'error_type=timeout',
  min_tokens: 'min_tokens=8000',
  max_tokens: 'max_tokens=900',
  min_cost: 'min_cost=0.05',
  'max_cost, sorted': 'max_cost=0.001&sort=total_cost:desc',
  total_tokens_neq: 'total_tokens_neq=5000',
  has_error: 'has_error=true',
  'sort start_time asc': 'sort=start_time:asc',
  'sort duration_ms': 'sort=duration_ms:desc',
  'sort total_cost': 'sort=total_cost:desc',
  'sort total_tokens': 'sort=total_tokens:desc',
  'sort span_count': 'sort=span_count:desc',
  'offset 9,900': 'offset=9900',
  cursor: cursor === null ? '' : `cursor=${encodeURIComponent(cursor)}`,
  'exact count': 'count=exact&has_error=true',
  combination: 'project=bench-1&environment=prod&has_error=true&min_duration_ms=4000&sort=duration_ms:desc',
  'limit 1,000': 'limit=1000',
});

/** Facets, sessions and users that are measured, by name: with nothing asked, in their orders, and with a filter of each kind. */
export const groupPaths = ({ userId, middle }) => {
  const from = new Date(middle - 60_000).toISOString();
  return {
    facets: '/v1/facets',
    'facets of a model by prefix': '/v1/facets?field=model&prefix=gpt',
    'facets of sessions': '/v1/facets?field=session_id&limit=1000',
    'facets filtered': `/v1/facets?environment=prod&has_error=true&start_time=${from}`,
    'facets of a user': `/v1/facets?user_id=${userId}`,
    'facets of slow traces': '/v1/facets?min_duration_ms=4000',
    sessions: '/v1/sessions',
    'sessions of a project': '/v1/sessions?project=bench-1&limit=100',
    'sessions by cost': '/v1/sessions?sort=total_cost:desc',
    'sessions with errors': '/v1/sessions?has_error=true',
    'sessions by model': '/v1/sessions?model=gpt-4o',
    users: '/v1/users',
    'users by tokens': '/v1/users?sort=total_tokens:desc',
  };
};

/** Summaries and time series, by name: each range and granularity, each kind of metric and group. */
export const analyticsQueries = () => ({
  'summary 1h by minute': 'summary?time_range=1h&granularity=minute',
  'summary 24h': 'summary?time_range=24h',
  'summary 24h by minute': 'summary?time_range=24h&granularity=minute',
  'summary 7d': 'summary?time_range=7d',
  'summary 30d by day': 'summary?time_range=30d&granularity=day',
  'summary 24h filtered': 'summary?time_range=24h&has_error=true&environment=prod',
  'timeseries count': 'timeseries?metric=count',
  'timeseries p95': 'timeseries?metric=p95',
  'timeseries p95 by model': 'timeseries?metric=p95&group_by=model',
  'timeseries tokens by model': 'timeseries?metric=tokens&group_by=model',
  'timeseries cost by provider': 'timeseries?metric=cost&group_by=provider',
  'timeseries count by service': 'timeseries?metric=count&group_by=service',
  'timeseries errors by name': 'timeseries?metric=errors&group_by=name',
  'timeseries cost by user': 'timeseries?metric=cost&group_by=user',
  'timeseries count by session': 'timeseries?metric=count&group_by=session',
  'timeseries p95 by minute': 'timeseries?metric=p95&time_range=1h&granularity=minute',
});
