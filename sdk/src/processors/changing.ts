import { diag } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

export interface Change {
  /** In messages. */
  readonly name: string;
  /** The span as it goes on; the same one where nothing changes. */
  readonly change: (span: ReadableSpan) => ReadableSpan;
  /** What becomes of a span where `change` throws: it goes on as it is, or not at all. */
  readonly onFault: 'pass' | 'drop';
  /** Undefined: spans can be changed at once. Else they wait until it is settled, in order. */
  readonly ready?: Promise<unknown>;
}

const FATES = { pass: 'the span goes on as it is', drop: 'the span is dropped' } as const;

/** Spans that wait at most; beyond it the newest are dropped, and their number is told. */
const MAX_WAITING = 2_048;

/** A processor that changes ended spans on their way to `next`. Its faults never reach the application. */
export const changing = (next: SpanProcessor, { name, change, onFault, ready }: Change): SpanProcessor => {
  let waiting: ReadableSpan[] | undefined = ready === undefined ? undefined : [];
  let dropped = 0;

  const changed = (span: ReadableSpan): ReadableSpan | undefined => {
    try {
      return change(span);
    } catch (error) {
      // Its class alone: a message may quote what the span holds.
      diag.error(`${name}: ${error instanceof Error ? error.name : 'an error'}; ${FATES[onFault]}`);
      return onFault === 'pass' ? span : undefined;
    }
  };
  const pass = (span: ReadableSpan): void => {
    const seen = changed(span);
    if (seen !== undefined) next.onEnd(seen);
  };
  const release = (): void => {
    const spans = waiting ?? [];
    waiting = undefined;
    if (dropped > 0) diag.error(`${name}: ${dropped} spans are dropped, ${MAX_WAITING} were waiting`);
    spans.forEach(pass);
  };
  const released = ready?.then(release, () => {
    diag.error(`${name}: what it needs could not be loaded`);
    release();
  });

  return {
    onStart: (span, context) => next.onStart(span, context),
    onEnding: (span) => next.onEnding?.(span),
    onEnd(span) {
      if (waiting === undefined) pass(span);
      else if (waiting.length < MAX_WAITING) waiting.push(span);
      else dropped++;
    },
    async forceFlush() {
      await released;
      await next.forceFlush();
    },
    async shutdown() {
      await released;
      await next.shutdown();
    },
  };
};
