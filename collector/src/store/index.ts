export type { NumericField, NumericOperator, ProjectUsage, SortField, TextField, TraceFilter, TraceFragment, TracePage, TraceQuery, TraceReader, TraceWriter, WriteReport } from './trace-store.js';
