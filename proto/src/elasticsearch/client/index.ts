export { awaitShards } from './await-shards.js';
export {
  codeOfFault,
  type ErrorCause,
  type Fault,
  type FaultKind,
  faultOfAnswer,
  faultOfCause,
  faultWithout,
  isPassing,
  showFault,
} from './fault.js';
export { getDocuments, type GotDocument } from './get-documents.js';
export { RequestFault } from './request-fault.js';
export { type ElasticsearchRequest, type ElasticsearchTransport, NOTHING_THERE } from './transport.js';
