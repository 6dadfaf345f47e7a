export { awaitShards } from './await-shards.js';
export { connect } from './connect.js';
export { getDocuments, type GotDocument } from './get-documents.js';
export {
  codeOfFault,
  type ErrorCause,
  type Fault,
  type FaultKind,
  faultOf,
  faultOfCause,
  isPassing,
  showFault,
} from './fault.js';
