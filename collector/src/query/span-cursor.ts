/** The last row of a page: its place then, and which span it was. */
export interface SpanCursor {
  readonly index: number;
  readonly spanId: string;
}

export const encodeSpanCursor = ({ index, spanId }: SpanCursor): string =>
  Buffer.from(JSON.stringify([index, spanId])).toString('base64url');

/** Null: it is none that `encodeSpanCursor` made. */
export const decodeSpanCursor = (text: string): SpanCursor | null => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  const [index, spanId] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  return Number.isSafeInteger(index) && typeof spanId === 'string' ? { index: index as number, spanId } : null;
};
