export { packFor } from './address.js';
export { createPack, type Gzip, type Pack, type PackedBody, plainPack, streamGzip } from './compression.js';
export { countingBytes } from './counting-bytes.js';
export { createFetchTransport, type FetchTransportOptions } from './fetch-transport.js';
export { createKeepAliveBudget, type KeepAliveBudget } from './keep-alive-budget.js';
export { isSuccess, refusalOf, retryOf } from './outcome.js';
export { tellingHeaders } from './telling-headers.js';
export { createSender, type Headers, type HeaderSource, type Sender } from './sender.js';
export { type HttpAnswer, type HttpRequest, type HttpTransport, MAX_ANSWER_BYTES } from './transport.js';
