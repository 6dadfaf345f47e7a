import { spansOf } from './spans-of.js';
import { type RequestPart, splitSpans } from './split-spans.js';

/**
 * Cuts a request into at most so many parts of about the same number of bytes, for a backend that finds it too large;
 * no part is empty. Throws MalformedProtobuf.
 */
export const splitRequest = (request: Uint8Array, parts: number): readonly RequestPart[] => {
  const lengths = spansOf(request).map(({ start, end }) => end - start);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let before = 0;
  // By the middle of each span.
  const partOf = lengths.map((length) => {
    const middle = before + length / 2;
    before += length;
    return Math.floor((middle * parts) / total);
  });
  return [...splitSpans(request, (index) => partOf[index]).values()];
};
