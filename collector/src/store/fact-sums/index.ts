export {
  canJoin,
  countCallsOf,
  customOf,
  durationOf,
  type FactSums,
  isIncomplete,
  joinFacts,
  newFactSums,
  noteArrival,
  storable,
} from './fact-sums.js';
export { countHeldSpans, holdSpans } from './held-spans.js';
export { STATUS_CODE, STATUS_NAME } from './status.js';
