import type { KeepAliveBudget } from './keep-alive-budget.js';
import { type HttpTransport, MAX_ANSWER_BYTES } from './transport.js';

const readUpTo = async (stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> => {
  if (stream === null) return new Uint8Array(0);
  const reader = stream.getReader();
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const { done, value } = await reader.read();
    if (done) return bytes.slice(0, length);
    const taken = value.subarray(0, maxBytes - length);
    bytes.set(taken, length);
    length += taken.length;
  }
  await reader.cancel();
  return bytes;
};

export interface FetchTransportOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Of a web page: requests within it go on when the page is left. */
  readonly keepAlive?: KeepAliveBudget | undefined;
}

/** For where there is no Node: edge runtimes and browsers. */
export const createFetchTransport = ({ fetch, keepAlive }: FetchTransportOptions): HttpTransport => ({
  async post({ url, headers, body, method = 'POST', maxAnswerBytes = MAX_ANSWER_BYTES }, signal) {
    const giveBack = keepAlive?.take(body.length);
    try {
      const answer = await fetch(url, {
        method,
        headers,
        body,
        signal,
        redirect: 'manual',
        ...(giveBack === undefined ? {} : { keepalive: true }),
      });
      return {
        status: answer.status,
        retryAfter: answer.headers.get('retry-after'),
        body: await readUpTo(answer.body, maxAnswerBytes),
      };
    } finally {
      giveBack?.();
    }
  },
  close: () => Promise.resolve(),
});
