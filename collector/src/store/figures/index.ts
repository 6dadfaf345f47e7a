export { bucketOf } from './buckets.js';
export { addToCell, type Cell, isQuantile, newCell } from './cell.js';
export { createGroupedCells, type Group } from './grouped-cells.js';
export { createSummarySums, NO_ERROR_TYPE, type SummarySums } from './summary-sums.js';
