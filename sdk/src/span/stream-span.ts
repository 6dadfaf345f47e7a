import { type Context, context, type Span } from '@opentelemetry/api';
import {
  type ChunkReader,
  type CountTokens,
  tokenCounter,
  createChunkReader,
  NAMES,
  OWN_NAMES,
  responseAttributes,
  serialise,
} from '../capture/index.js';
import type { Runtime } from '../runtime/index.js';
import { createIntervals, type StreamObserver, type StreamOptions } from '../stream/index.js';
import type { Plan } from './plan.js';
import { recordErrorOn } from './record-error.js';
import { isTold, writeOutput } from './record.js';

const MILLIS_PER_SECOND = 1000;
/** Texts are counted in pieces, so that none has to be kept whole. */
const COUNTED_PIECE = 4096;

/** Tokens of a text that comes in pieces. */
const createTokenCount = (count: CountTokens | undefined) => {
  let pending = '';
  let tokens = 0;
  const flush = (): void => {
    if (count !== undefined && pending !== '') tokens += count(pending);
    pending = '';
  };
  return {
    add: (text: string): void => {
      pending += text;
      if (pending.length >= COUNTED_PIECE) flush();
    },
    total: (): number => {
      flush();
      return tokens;
    },
  };
};

const writeIntervals = (span: Span, intervals: ReturnType<typeof createIntervals>): void => {
  const summary = intervals.summary();
  if (summary === undefined) return;
  const prefix = OWN_NAMES.streamIntervalPrefix;
  span.setAttributes({
    [`${prefix}min`]: summary.minMillis / MILLIS_PER_SECOND,
    [`${prefix}max`]: summary.maxMillis / MILLIS_PER_SECOND,
    [`${prefix}mean`]: summary.meanMillis / MILLIS_PER_SECOND,
    [`${prefix}p50`]: summary.p50Millis / MILLIS_PER_SECOND,
    [`${prefix}p95`]: summary.p95Millis / MILLIS_PER_SECOND,
  });
};

const writeAnswer = (span: Span, { type }: Plan, reader: ChunkReader, limit: number): void => {
  const { gathered } = reader;
  const message = type === 'llm' || type === 'agent' ? gathered.message() : undefined;
  if (message !== undefined) span.setAttribute(NAMES.outputMessages, serialise([message], jsonLimitOf(limit)));
  else {
    const content = gathered.content();
    if (content !== undefined) writeOutput(span, type, content, limit);
  }
};

/** The content is within the limit already: what JSON makes more of it is let be, within bounds of its own. */
const jsonLimitOf = (limit: number): number => 2 * limit + 1024;

export interface StreamCall {
  readonly span: Span;
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly inside: Context;
  /** Of `performance.now()`, when the call began. */
  readonly startMillis: number;
}

const createObserver = ({ plan, runtime, span, startMillis }: StreamCall): StreamObserver => {
  const isCapturing = (plan.captureContent ?? runtime.capture.content) && plan.captureOutput !== false;
  const limit = runtime.capture.maxContentLength;
  const count = plan.type === 'llm' ? tokenCounter() : undefined;
  const counted = createTokenCount(count);
  const reader =
    isCapturing || plan.isCallOfModel
      ? createChunkReader(isCapturing ? limit : 0, count === undefined ? undefined : counted.add)
      : undefined;
  const intervals = createIntervals();
  let chunks = 0;
  let lastMillis = 0;

  const writeFacts = (chunkReader: ChunkReader): void => {
    const facts = chunkReader.gathered.facts();
    const isUntold = count !== undefined && facts.usage?.outputTokens === undefined && chunks > 0;
    const usage = isUntold ? { ...facts.usage, outputTokens: counted.total(), isEstimated: true } : facts.usage;
    span.setAttributes(responseAttributes({ ...facts, usage }));
    if (isCapturing && !isTold(span, 'output')) writeAnswer(span, plan, chunkReader, limit);
  };

  return {
    chunk: (value) => {
      const nowMillis = performance.now();
      if (chunks === 0) span.setAttribute(NAMES.timeToFirstChunk, (nowMillis - startMillis) / MILLIS_PER_SECOND);
      else intervals.add(nowMillis - lastMillis);
      chunks++;
      lastMillis = nowMillis;
      reader?.take(value);
    },
    end: (ending, detail) => {
      try {
        span.setAttribute(OWN_NAMES.streamEnding, ending);
        span.setAttribute(OWN_NAMES.streamChunks, chunks);
        if (plan.isCallOfModel) span.setAttribute(NAMES.requestStream, true);
        writeIntervals(span, intervals);
        if (reader !== undefined) writeFacts(reader);
        if (ending === 'throw' || ending === 'abort') recordErrorOn(span, detail?.error ?? ABORTED);
      } finally {
        span.end();
      }
    },
  };
};

/** A stream may end as if it were done when it is aborted. */
const ABORTED = { name: 'AbortError', message: 'The stream was aborted' };

export const streamOptionsOf = (call: StreamCall): StreamOptions => ({
  observer: createObserver(call),
  runInside: (run) => context.with(call.inside, run),
  onError: call.runtime.onError,
});
