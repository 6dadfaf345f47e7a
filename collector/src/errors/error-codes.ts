/** Stable names of what can go wrong, as senders see them. A retired code is never used again. */
export type ErrorCode =
  | 'VALIDATION_ERROR'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'STORE_UNAVAILABLE';

export const httpStatusOf: Readonly<Record<ErrorCode, number>> = {
  VALIDATION_ERROR: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  STORE_UNAVAILABLE: 503,
};

/**
 * Numbers of google.rpc.Code. What a repetition can't cure never maps to a status that OTLP clients repeat on
 * (OTLP specification, "Failures"), which is why PAYLOAD_TOO_LARGE isn't RESOURCE_EXHAUSTED nor CONFLICT ABORTED.
 */
export const grpcStatusOf: Readonly<Record<ErrorCode, number>> = {
  VALIDATION_ERROR: 3,
  UNAUTHORIZED: 16,
  FORBIDDEN: 7,
  NOT_FOUND: 5,
  METHOD_NOT_ALLOWED: 12,
  CONFLICT: 6,
  PAYLOAD_TOO_LARGE: 3,
  UNSUPPORTED_MEDIA_TYPE: 12,
  RATE_LIMITED: 8,
  QUOTA_EXCEEDED: 8,
  STORE_UNAVAILABLE: 14,
};

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(httpStatusOf, value);
