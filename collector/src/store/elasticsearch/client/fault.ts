import { errors } from '@elastic/elasticsearch';
import { type Fault, faultOfAnswer, faultWithout, RequestFault } from 'noveum-proto/elasticsearch';

const UNREACHABLE = [
  errors.ConnectionError,
  errors.TimeoutError,
  errors.NoLivingConnectionsError,
  errors.RequestAbortedError,
];

/** What an error of the client, or of what speaks through it, means; null: it is none of theirs, but a fault of ours. */
export const faultOf = (error: unknown): Fault | null => {
  if (error instanceof RequestFault) return error.fault;
  if (error instanceof errors.ResponseError)
    return faultOfAnswer(error.statusCode ?? 500, error.body, error.headers?.['retry-after']);
  if (error instanceof errors.ProductNotSupportedError) return faultWithout('unsupported', 'no_elasticsearch');
  if (error instanceof errors.DeserializationError) return faultWithout('unreachable', 'broken_answer');
  return UNREACHABLE.some((kind) => error instanceof kind) ? faultWithout('unreachable') : null;
};
