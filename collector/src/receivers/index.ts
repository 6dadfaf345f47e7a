export { errorBody } from './answers.js';
export { type GrpcReceiver, type GrpcReceiverOptions, startGrpcReceiver } from './grpc-receiver.js';
export type { IngestObserver } from './http-ingest.js';
export { type HttpReceiver, type HttpReceiverOptions, startHttpReceiver } from './http-server.js';
export { createInFlight, type InFlight } from './in-flight.js';
export type { IngestOutcome, IngestPort, IngestRequest } from './ingest-port.js';
