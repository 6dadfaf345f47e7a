import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { cutText, fieldOf, OWN_NAMES, textOf } from '../capture/index.js';

const MAX_MESSAGE = 4096;

/** As the conventions have it: the class of the error; of what is thrown without being one, what it is. */
const typeOfError = (error: unknown): string => {
  const name = textOf(error, 'name');
  if (name !== undefined && name !== 'Error') return name;
  const constructed = fieldOf(error, 'constructor');
  if (typeof constructed === 'function' && constructed.name !== '') return constructed.name;
  return name ?? typeof error;
};

/** Records an error that was thrown: exception event, status and `error.type`. The error itself isn't touched. */
export const recordErrorOn = (span: Span, error: unknown): void => {
  const type = typeOfError(error);
  const message = typeof error === 'string' ? error : (textOf(error, 'message') ?? '');
  const stack = textOf(error, 'stack');
  span.recordException({
    name: type,
    // What is recorded has a type and a message, else OpenTelemetry writes to the log what was thrown.
    message: cutText(message === '' ? type : message, MAX_MESSAGE),
    ...(stack === undefined ? {} : { stack }),
  });
  span.setStatus({ code: SpanStatusCode.ERROR, message: cutText(message, MAX_MESSAGE) });
  span.setAttribute(OWN_NAMES.errorType, type);
};
