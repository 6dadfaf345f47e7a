export { CollectorError, type ErrorDetails } from './collector-error.js';
export { type ErrorCode, grpcStatusOf, httpStatusOf, isErrorCode } from './error-codes.js';
