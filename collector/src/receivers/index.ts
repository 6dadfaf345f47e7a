export { type BodyMemory, createBodyMemory } from './body-memory.js';
export { type GrpcReceiver, type GrpcReceiverOptions, startGrpcReceiver } from './grpc-receiver.js';
export type { IngestObserver } from './ingest-observer.js';
export { type HttpReceiver, type HttpReceiverOptions, startHttpReceiver } from './http-server.js';
export { ingestRouteOf } from './ingest-routes.js';
export type { SenderListener } from './sender-listener.js';
export { createInFlight, type InFlight } from './in-flight.js';
export type { IngestOutcome, IngestPort, IngestRequest } from './ingest-port.js';
