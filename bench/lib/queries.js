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
