import { createArena, type Notes } from 'noveum-proto/encode';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

import { assemble, planRequest } from './assemble.js';
import { createBufferPool } from './buffer-pool.js';
import { addRun, type Group, type Groups, groupOf, isOfGroup } from './groups.js';
import { hasPlainShape } from './plain-span.js';
import { writeSpan } from './span.js';

export interface EncodedRequest {
  /**
   * A complete ExportTraceServiceRequest at offset 0 of its own buffer, which may be transferred. The buffer may be
   * longer than the request.
   */
  readonly request: Uint8Array<ArrayBuffer>;
  readonly spanCount: number;
  /** Whether it holds nothing but plain spans: see `PLAIN_SPAN`. */
  readonly isPlain: boolean;
}

/** Ended spans of OpenTelemetry's SDK as OTLP protobuf, equal in meaning to what the stock encoder makes of them. */
export interface SpanEncoder {
  /**
   * Encodes the span at once; it may change afterwards. Never throws: what can't be encoded (a getter that throws, values nested too deep, functions) is left
   * out and counted; a left out attribute, event or link also as dropped in the span.
   */
  append(span: ReadableSpan): void;
  readonly spanCount: number;
  /** About the length of what `take` would give: resources and scopes are encoded there. */
  readonly byteLength: number;
  /** Values that were left out, since the encoder was made. */
  readonly omittedValues: number;
  /** Spans that could not be read at all, since the encoder was made. */
  readonly omittedSpans: number;
  /**
   * The spans since the last call, grouped by resource and scope; undefined where there are none. Attributes of a
   * resource that come asynchronously are to be awaited before.
   */
  take(): EncodedRequest | undefined;
  /** Gives back a request's buffer that nobody reads any more, to be used again. */
  reuse(buffer: ArrayBuffer): void;
}

export interface SpanEncoderOptions {
  /** What the encoder holds at least; default 64 KiB. */
  readonly initialBytes?: number;
  /** Called for each span that could not be read at all. */
  readonly onOmittedSpan?: () => void;
}

const INITIAL_BYTES = 65_536;
const INITIAL_HEAD_BYTES = 1_024;
const BYTES_A_GROUP = 512;
/** A batch of huge spans is not a reason to hold their memory for good. */
const MAX_IDLE_BYTES = 4_194_304;

export const createSpanEncoder = ({
  initialBytes = INITIAL_BYTES,
  onOmittedSpan,
}: SpanEncoderOptions = {}): SpanEncoder => {
  let arena = createArena(initialBytes);
  const heads = createArena(INITIAL_HEAD_BYTES);
  const pool = createBufferPool();
  const notes: Notes = { values: 0, spans: 0, maySayGenAi: false };
  let isPlain = true;
  let groups: Groups = new Map();
  let groupCount = 0;
  let last: Group | undefined;
  let spanCount = 0;

  const encode = (span: ReadableSpan): void => {
    const start = arena.at;
    writeSpan(arena, span, notes);
    if (last === undefined || !isOfGroup(last, span)) last = groupOf(groups, span);
    if (last.runs.length === 0) groupCount++;
    addRun(last, start, arena.at);
    isPlain &&= hasPlainShape(span, arena.at - start);
    spanCount++;
  };

  const startAnew = (): void => {
    if (arena.bytes.length > MAX_IDLE_BYTES) arena = createArena(initialBytes);
    arena.at = heads.at = 0;
    groups = new Map();
    last = undefined;
    spanCount = groupCount = 0;
    isPlain = true;
    notes.maySayGenAi = false;
  };

  return {
    append(span) {
      const start = arena.at;
      try {
        encode(span);
      } catch {
        arena.at = start;
        notes.spans++;
        onOmittedSpan?.();
      }
    },
    get spanCount() {
      return spanCount;
    },
    get byteLength() {
      return arena.at + groupCount * BYTES_A_GROUP;
    },
    get omittedValues() {
      return notes.values;
    },
    get omittedSpans() {
      return notes.spans;
    },
    take() {
      if (spanCount === 0) return undefined;
      const plan = planRequest(heads, groups, notes);
      const request = pool.take(plan.length);
      assemble(request, plan, heads.bytes, arena.bytes);
      const taken = { request, spanCount, isPlain: isPlain && !notes.maySayGenAi };
      startAnew();
      return taken;
    },
    reuse(buffer) {
      pool.give(buffer);
    },
  };
};
