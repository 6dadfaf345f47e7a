/** Lays the spans of one trace out as an OTLP TracesData message, copying the bytes that came. */

export interface ByteRange {
  readonly offset: number;
  readonly end: number;
}

export interface ScopePart {
  /** Content of the Scope message, and its ScopeSpans' schema URL; offset -1: none was sent. */
  readonly scope: ByteRange;
  readonly schemaUrl: ByteRange;
  readonly resource: ResourcePart;
}

export interface ResourcePart {
  readonly resource: ByteRange;
  readonly schemaUrl: ByteRange;
}

/** Consecutive spans of one scope. */
export interface SpanRun {
  readonly part: ScopePart;
  readonly spans: ByteRange[];
}

const varintLength = (value: number): number => {
  let length = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length++;
  return length;
};

const fieldLength = (contentLength: number): number => 1 + varintLength(contentLength) + contentLength;
const lengthOf = (range: ByteRange): number => range.end - range.offset;
const optionalLength = (range: ByteRange): number => (range.offset < 0 ? 0 : fieldLength(lengthOf(range)));

const scopeSpansLength = (run: SpanRun): number => {
  let length = fieldLength(lengthOf(run.part.scope)) + optionalLength(run.part.schemaUrl);
  for (const span of run.spans) length += fieldLength(lengthOf(span));
  return length;
};

const resourceSpansLength = (run: SpanRun, scopeLength: number): number =>
  fieldLength(lengthOf(run.part.resource.resource)) +
  fieldLength(scopeLength) +
  optionalLength(run.part.resource.schemaUrl);

const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

/** One ResourceSpans a run: runs are few, and equal resources cost nothing once compressed. */
export const encodeTracePayload = (body: Buffer, runs: readonly SpanRun[]): Buffer => {
  const lengths = runs.map((run) => {
    const scope = scopeSpansLength(run);
    return { scope, resource: resourceSpansLength(run, scope) };
  });
  const payload = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + fieldLength(length.resource), 0));
  let at = 0;

  const writeHead = (tag: number, length: number): void => {
    payload[at++] = tag;
    let rest = length;
    for (; rest > 127; rest = Math.floor(rest / 128)) payload[at++] = (rest & 127) | 128;
    payload[at++] = rest;
  };
  const writeRange = (tag: number, range: ByteRange): void => {
    writeHead(tag, range.end - range.offset);
    at += body.copy(payload, at, range.offset, range.end);
  };

  runs.forEach((run, index) => {
    const length = lengths[index] as { scope: number; resource: number };
    writeHead(TAG_1, length.resource);
    writeRange(TAG_1, run.part.resource.resource);
    writeHead(TAG_2, length.scope);
    writeRange(TAG_1, run.part.scope);
    for (const span of run.spans) writeRange(TAG_2, span);
    if (run.part.schemaUrl.offset >= 0) writeRange(TAG_3, run.part.schemaUrl);
    if (run.part.resource.schemaUrl.offset >= 0) writeRange(TAG_3, run.part.resource.schemaUrl);
  });
  return payload;
};
