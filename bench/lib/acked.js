import { readFile } from 'node:fs/promises';

/** One acknowledged request of the load generator's log: its trace ids are nonce || counter, first to last. */
const readLine = (line) => {
  const [unixNano, nonce, first, last] = line.split(' ');
  return { ackedAtMillis: Number(BigInt(unixNano) / 1_000n) / 1_000, nonce, first: Number(first), last: Number(last) };
};

/** The requests of an acknowledgement log, in the order of their acknowledgement. */
export const readAcked = async (path) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map(readLine);

/** The 32 hex digits of every trace in an acknowledged request. */
export const traceIdsOf = ({ nonce, first, last }) =>
  Array.from({ length: last - first + 1 }, (_, index) => nonce + (first + index).toString(16).padStart(16, '0'));
