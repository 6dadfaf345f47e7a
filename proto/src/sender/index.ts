export { encodeSenderReport } from './encode-report.js';
export { SENDER_HEADER } from './header.js';
export { parseSenderReport } from './parse-report.js';
export type { SenderCounts, SenderIdentity, SenderReport, SpansByReason } from './sender-report.js';
