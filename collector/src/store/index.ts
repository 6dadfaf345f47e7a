export type {
  BucketFigures,
  BucketMillis,
  GroupField,
  MetricSeries,
  SummaryQuery,
  TimedFilter,
  Timeseries,
  TimeseriesQuery,
  StoreAnalytics,
  TraceMetric,
  TracesSummary,
} from './analytics.js';
export type { TextEntry, TextTrace } from './text-index.js';
export { isTargetFragment } from './is-target.js';
export type { Facet, FacetField, FacetQuery, Facets } from './facet-query.js';
export type { GroupedBy, GroupPage, GroupQuery, GroupSortField, TraceGroup } from './group-query.js';
export type {
  Erasure,
  ErasureRequest,
  ErasureTarget,
  FittingTrace,
  FoundTrace,
  NumericField,
  ShownMatch,
  TextAsked,
  NumericOperator,
  ProjectUsage,
  RankedAttribute,
  RankedText,
  RankedWeight,
  RootFacts,
  SpanFacts,
  SortField,
  TextField,
  TraceChange,
  TraceFilter,
  TraceFragment,
  TracePage,
  TracePlace,
  TraceQuery,
  TraceReader,
  TraceWriter,
  WriteReport,
} from './trace-store.js';
export {
  type BeforeAndAfter,
  NOTHING_REDERIVED,
  type Rederive,
  type RederivePlace,
  type RederiveReport,
  type RederiveRequest,
  type RederiveStep,
  type RederiveTools,
  sumOfReports,
} from './rederive.js';
export type { MigratedDay, MigrateReport, MigrateStep } from './migrate-report.js';
