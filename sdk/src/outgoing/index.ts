export { createOutgoing, FLUSH_TIMEOUT_MILLIS, MAX_BATCH_BYTES, type Outgoing } from './outgoing.js';
