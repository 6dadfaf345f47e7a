import { randomBytes } from 'node:crypto';

const NANOS_PER_MILLI = 1_000_000n;

/** Sends a trace of one span and resolves to its id once it is acknowledged; null where it was refused. */
export const sendProbe = async (http) => {
  const traceId = randomBytes(16).toString('hex');
  const now = BigInt(Date.now()) * NANOS_PER_MILLI;
  const span = {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name: 'probe',
    startTimeUnixNano: String(now),
    endTimeUnixNano: String(now + NANOS_PER_MILLI),
  };
  const response = await fetch(`${http}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  await response.arrayBuffer();
  return response.status === 200 ? traceId : null;
};
