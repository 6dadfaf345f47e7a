import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { changing } from './changing.js';
import { loadRules, type Rules, toAttribute } from './derived-attributes.js';
import { viewOf } from './span-view.js';

const withGenAi = (span: ReadableSpan, { derive }: Rules): ReadableSpan => {
  const derived = Object.entries(derive(span).attributes);
  if (derived.length === 0) return span;
  const added = Object.fromEntries(derived.map(([name, value]) => [name, toAttribute(value)]));
  return viewOf(span, { attributes: { ...span.attributes, ...added } });
};

/**
 * Adds the canonical `gen_ai.*` names of OpenTelemetry's semantic conventions, and `llm.*`, to spans of any GenAI
 * dialect (OpenInference, Traceloop, Vercel AI SDK, Langfuse, …), before they go to the next processor. What was set
 * stays as it was. Spans that end before the rules are loaded wait for them.
 */
export class GenAiSpanProcessor implements SpanProcessor {
  readonly #chain: SpanProcessor;

  constructor(next: SpanProcessor) {
    let rules: Rules | undefined;
    const load = async (): Promise<void> => {
      rules = await loadRules();
    };
    this.#chain = changing(next, {
      name: 'GenAiSpanProcessor',
      onFault: 'pass',
      change: (span) => (rules === undefined ? span : withGenAi(span, rules)),
      ready: load(),
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
