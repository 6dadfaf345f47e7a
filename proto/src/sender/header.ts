/** The request header that reports travel in; also gRPC metadata. */
export const SENDER_HEADER = 'noveum-sender';

/** Of the header's value. */
export const MAX_REPORT_CHARACTERS = 4_096;

export const MAX_TEXT_CHARACTERS = 100;
export const MAX_NAME_CHARACTERS = 64;

/** Told one by one; the others are told as `other`. */
export const MAX_REASONS = 10;
export const MAX_REASON_CHARACTERS = 32;
export const OTHER_REASON = 'other';

/** Structured field keys of the counts. */
export const COUNT_KEYS = {
  createdSpans: 'created',
  sampledOutSpans: 'sampled_out',
  inFlightSpans: 'in_flight',
  spooledSpans: 'spooled',
  acknowledgedSpans: 'acknowledged',
  recoveredSpans: 'recovered',
  retries: 'retries',
} as const;

export const REASON_KEYS = { droppedSpans: 'dropped', rejectedSpans: 'rejected' } as const;
