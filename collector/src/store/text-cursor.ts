import { UnusableCursor } from './trace-store.js';

/** Where a page of a search in texts ended. */
export interface TextPageEnd {
  readonly start: bigint;
  readonly key: string;
  readonly project: string;
  /** Traces found up to here. */
  readonly found: number;
}

export const encodeTextCursor = ({ found, key, project, start }: TextPageEnd): string =>
  Buffer.from(JSON.stringify([2, String(start), key, project, found])).toString('base64url');

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
  } catch {
    return null;
  }
};

/** Throws UnusableCursor. */
export const decodeTextCursor = (cursor: string): TextPageEnd => {
  const parts = parse(cursor);
  if (Array.isArray(parts) && parts.length === 5 && parts[0] === 2) {
    const [, start, key, project, found] = parts as unknown[];
    const isStart = typeof start === 'string' && /^\d{1,20}$/.test(start);
    if (isStart && typeof key === 'string' && typeof project === 'string' && typeof found === 'number')
      return { start: BigInt(start), key, project, found };
  }
  throw new UnusableCursor('cursor must be one that this server gave for a search in texts');
};
