export { bucketOf } from './buckets.js';
export { addDuration, addToCell, type Cell, isOfCalls, isQuantile, mergeCell, newCell, standingOf } from './cell.js';
export { createGroupedCells, type Group, metricSeriesOf, SEVERAL } from './grouped-cells.js';
export { createSummarySums, NO_ERROR_TYPE, type SummarySums } from './summary-sums.js';
