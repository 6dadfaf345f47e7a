import type { Response } from 'express';

import { CollectorError, type ErrorDetails, httpStatusOf } from '../errors/index.js';

/** Of faults of a cluster, by which health and log call them too. */
const CLUSTER_FAULT = /^ELASTICSEARCH_([A-Z_]{1,40})$/;
const REFUSED = 'REFUSED_BY_ELASTICSEARCH';
const CLUSTER_RETRY_SECONDS = 5;

const codeOf = (error: unknown): string => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** What kind of fault kept an answer back, for the metrics: the cluster's, or `other`; null: none did. */
export const faultKindOf = (error: unknown): string | null => {
  if (error instanceof CollectorError) return null;
  if (!(error instanceof Error)) return 'other';
  const code = codeOf(error);
  if (code === REFUSED) return 'refused';
  const kind = CLUSTER_FAULT.exec(code)?.[1];
  if (kind !== undefined) return kind.toLowerCase().replaceAll('_', '-');
  return errorDetailsOf(error) === null ? 'other' : null;
};

/** What a client is told of an error; null: a fault that is ours, and nobody else's business. */
export const errorDetailsOf = (error: unknown): ErrorDetails | null => {
  if (error instanceof CollectorError) return error as ErrorDetails;
  if (!(error instanceof Error)) return null;
  // Errors of other threads carry name and message only.
  if (error.name === 'UnusableCursor')
    return { code: 'VALIDATION_ERROR', message: error.message, field: 'cursor', issue: error.message };
  if (error.name === 'TooManyGroups')
    return { code: 'VALIDATION_ERROR', message: error.message, field: 'sort', issue: error.message };
  if (error.name === 'TraceTooLarge') return { code: 'PAYLOAD_TOO_LARGE', message: error.message };
  if (error.name === 'URIError') return { code: 'VALIDATION_ERROR', message: 'the path must be percent-encoded UTF-8' };
  const code = codeOf(error);
  if (CLUSTER_FAULT.test(code))
    return {
      code: 'STORE_UNAVAILABLE',
      message: `the store can't answer now (${code}); try again`,
      retryAfterSeconds: CLUSTER_RETRY_SECONDS,
    };
  return null;
};

export const OUR_FAULT: ErrorDetails = {
  code: 'STORE_UNAVAILABLE',
  message: 'the request could not be answered; try again',
  retryAfterSeconds: 1,
};

export const sendError = (response: Response, error: ErrorDetails, now: Date): void => {
  const { code, message, field, issue = message, retryAfterSeconds } = error;
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  if (code === 'UNAUTHORIZED') response.setHeader('www-authenticate', 'Bearer');
  if (code === 'METHOD_NOT_ALLOWED' && !response.hasHeader('allow')) response.setHeader('allow', 'GET, HEAD');
  for (const name of ['content-encoding', 'content-type']) response.removeHeader(name);
  response.status(httpStatusOf[code]).json({
    success: false,
    error: { code, message, ...(field === undefined ? {} : { details: { field, issue } }) },
    message,
    timestamp: now.toISOString(),
  });
};
