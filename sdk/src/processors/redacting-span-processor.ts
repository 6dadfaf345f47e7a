import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createRedactor, type RedactionOptions, type RedactorParts } from 'noveum-proto/redaction';

import { changing } from './changing.js';
import { createRedactSpan } from './redacted-span.js';
import type { SpanRedactor } from './span-redactor.js';

const isRedactor = (given: SpanRedactor | RedactionOptions): given is SpanRedactor =>
  'text' in given && typeof given.text === 'function' && typeof given.attributes === 'function';

/**
 * Takes personal data and secrets out of every text of an ended span before it goes to the next processor: name,
 * attributes, events, links, status message, trace state, scope, resource. The next one gets a view: the span itself,
 * which other processors of the provider see too, stays as it is. Hence what exports has to be `next`: beside it
 * nothing would be redacted. A span that can't be redacted is dropped. Throws where the options are wrong; own patterns
 * need `{ compile: re2jsCompiler(…) }`.
 */
export class RedactingSpanProcessor implements SpanProcessor {
  readonly #chain: SpanProcessor;

  constructor(next: SpanProcessor, redaction: SpanRedactor | RedactionOptions = {}, parts: RedactorParts = {}) {
    const redactor = isRedactor(redaction) ? redaction : createRedactor(redaction, parts);
    this.#chain = changing(next, {
      name: 'RedactingSpanProcessor',
      onFault: 'drop',
      change: createRedactSpan(redactor),
    });
  }

  onStart(span: Span, context: Context): void {
    this.#chain.onStart(span, context);
  }

  onEnding(span: Span): void {
    this.#chain.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    this.#chain.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#chain.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#chain.shutdown();
  }
}
