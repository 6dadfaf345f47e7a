/** Lays the spans of one trace out as an OTLP TracesData message, copying the bytes that came. */

export interface ByteRange {
  readonly offset: number;
  readonly end: number;
}

/** What is laid out around the spans of a scope. */
export interface ScopeBytes {
  /** Content of the Scope message, and its ScopeSpans' schema URL; offset -1: none was sent. */
  readonly scope: ByteRange;
  readonly schemaUrl: ByteRange;
  readonly resource: ResourcePart;
}

export interface ScopePart extends ScopeBytes {
  readonly name: string;
  readonly version: string;
}

export interface ResourcePart {
  readonly resource: ByteRange;
  readonly schemaUrl: ByteRange;
}

/** Consecutive spans of one scope: where each begins and ends, in turn. */
export interface SpanRun<Part extends ScopeBytes = ScopePart> {
  readonly part: Part;
  readonly bounds: number[];
}

const varintLength = (value: number): number => {
  let length = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) length++;
  return length;
};

const fieldLength = (contentLength: number): number => 1 + varintLength(contentLength) + contentLength;
const lengthOf = (range: ByteRange): number => range.end - range.offset;
const optionalLength = (range: ByteRange): number => (range.offset < 0 ? 0 : fieldLength(lengthOf(range)));

const scopeSpansLength = ({ part, bounds }: SpanRun<ScopeBytes>): number => {
  let length = fieldLength(lengthOf(part.scope)) + optionalLength(part.schemaUrl);
  for (let at = 0; at < bounds.length; at += 2)
    length += fieldLength((bounds[at + 1] as number) - (bounds[at] as number));
  return length;
};

const resourceSpansLength = (run: SpanRun<ScopeBytes>, scopeLength: number): number =>
  fieldLength(lengthOf(run.part.resource.resource)) +
  fieldLength(scopeLength) +
  optionalLength(run.part.resource.schemaUrl);

const TAG_1 = 10;
const TAG_2 = 18;
const TAG_3 = 26;

interface LaidRun {
  readonly run: SpanRun<ScopeBytes>;
  readonly scopeLength: number;
  readonly resourceLength: number;
}

const layOut = (run: SpanRun<ScopeBytes>): LaidRun => {
  const scopeLength = scopeSpansLength(run);
  return { run, scopeLength, resourceLength: resourceSpansLength(run, scopeLength) };
};

/**
 * Memory for the payloads of one batch, used again for the next: new memory for each request had the garbage
 * collector mark the whole heap for every few requests (measured: a third of all CPU).
 */
export interface PayloadArena {
  /** Lays runs of spans of `body` out as TracesData; valid until `reset`. One ResourceSpans a run: equal resources cost nothing once compressed. */
  encode(body: Buffer, runs: readonly SpanRun<ScopeBytes>[]): Buffer;
  reset(): void;
}

const ARENA_BYTES = 1024 * 1024;
/** Pieces beyond this are given back at `reset`, so that one large batch doesn't hold memory for ever. */
const KEPT_PIECES = 10;

/** What is longer than `pieceBytes` gets memory of its own. */
export const createPayloadArena = (pieceBytes = ARENA_BYTES): PayloadArena => {
  let pieces: Buffer[] = [];
  let piece = 0;
  let space: Buffer = Buffer.alloc(0);
  let at = 0;
  let body: Buffer = space;

  const makeRoom = (length: number): void => {
    if (at + length <= space.length) return;
    at = 0;
    if (length > pieceBytes) {
      space = Buffer.allocUnsafeSlow(length);
      return;
    }
    space = pieces[piece] ??= Buffer.allocUnsafeSlow(pieceBytes);
    piece++;
  };

  const writeHead = (tag: number, length: number): void => {
    space[at++] = tag;
    let rest = length;
    for (; rest > 127; rest = Math.floor(rest / 128)) space[at++] = (rest & 127) | 128;
    space[at++] = rest;
  };
  const writeRange = (tag: number, start: number, end: number): void => {
    writeHead(tag, end - start);
    at += body.copy(space, at, start, end);
  };
  const writeOptional = (tag: number, { offset, end }: ByteRange): void => {
    if (offset >= 0) writeRange(tag, offset, end);
  };

  const writeRun = ({ run: { part, bounds }, scopeLength, resourceLength }: LaidRun): void => {
    const { resource } = part;
    writeHead(TAG_1, resourceLength);
    writeRange(TAG_1, resource.resource.offset, resource.resource.end);
    writeHead(TAG_2, scopeLength);
    writeRange(TAG_1, part.scope.offset, part.scope.end);
    for (let bound = 0; bound < bounds.length; bound += 2)
      writeRange(TAG_2, bounds[bound] as number, bounds[bound + 1] as number);
    writeOptional(TAG_3, part.schemaUrl);
    writeOptional(TAG_3, resource.schemaUrl);
  };

  return {
    encode(source, runs) {
      const laid = runs.map(layOut);
      makeRoom(laid.reduce((sum, run) => sum + fieldLength(run.resourceLength), 0));
      body = source;
      const start = at;
      for (const run of laid) writeRun(run);
      return space.subarray(start, at);
    },
    reset() {
      pieces = pieces.slice(0, KEPT_PIECES);
      piece = 0;
      at = 0;
      space = body = Buffer.alloc(0);
    },
  };
};
