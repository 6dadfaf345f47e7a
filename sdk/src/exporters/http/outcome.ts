import type { ExportOutcome } from '../exporter.js';
import { retryAfterMillis } from './retry-after.js';
import type { HttpAnswer } from './transport.js';

type Retry = Extract<ExportOutcome, { status: 'retry' }>;
type Rejected = Extract<ExportOutcome, { status: 'rejected' }>;

const codeOf = ({ status }: HttpAnswer): string => `http_${String(status)}`;

/** May be taken later, no sooner than the answer says. */
export const retryOf = (answer: HttpAnswer, nowUnixMillis: number): Retry => {
  const afterMillis = retryAfterMillis(answer.retryAfter, nowUnixMillis);
  return { status: 'retry', reason: codeOf(answer), ...(afterMillis === undefined ? {} : { afterMillis }) };
};

export const refusalOf = (answer: HttpAnswer, rejectedSpans: number): Rejected => ({
  status: 'rejected',
  rejectedSpans,
  reason: codeOf(answer),
});

export const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status < 300;
