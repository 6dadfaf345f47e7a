import type { Attributes, Context, Link, Span, SpanContext, SpanKind, TimeInput } from '@opentelemetry/api';

/** What a span is, as the trace document says it. */
export type TracedType =
  | 'span'
  | 'llm'
  | 'agent'
  | 'tool'
  | 'retrieval'
  | 'embedding'
  | 'rerank'
  | 'workflow'
  | 'chain'
  | 'guardrail'
  | 'evaluator';

export interface SpanOptions {
  /** Default: `span`. */
  readonly type?: TracedType | undefined;
  /** `gen_ai.request.model`; default: the one that the first argument names. */
  readonly model?: string | undefined;
  /** `gen_ai.provider.name`: `openai`, `anthropic`, `gcp.gemini`, … */
  readonly provider?: string | undefined;
  /** `gen_ai.operation.name`; default: by type. */
  readonly operation?: string | undefined;
  /** Of an agent or a tool. */
  readonly description?: string | undefined;
  readonly attributes?: Attributes | undefined;
  /** Default: `CLIENT` for calls of models and data sources, else `INTERNAL`. */
  readonly kind?: SpanKind | undefined;
  readonly links?: readonly Link[] | undefined;
  /** Default: the active span. `null`: none, it begins a trace. */
  readonly parent?: Span | SpanContext | Context | null | undefined;
  /** Records arguments, results, prompts and responses of this call whatever is set for all. */
  readonly captureContent?: boolean | undefined;
}

export interface StartSpanOptions extends SpanOptions {
  readonly startTime?: TimeInput | undefined;
}

/** How a function is traced. `A`: its arguments, `R`: what it gives, awaited. */
export interface TraceOptions<A = readonly unknown[], R = unknown> extends SpanOptions {
  /** Of the agent, tool, workflow or data source, else of the span. Default: the function's. */
  readonly name?: string | undefined;
  /** An attribute that says how many arguments there were. */
  readonly countArguments?: string | undefined;
  /** What is captured in place of the arguments; `false`: nothing. Without effect where no content is captured. */
  readonly captureInput?: false | ((args: A) => unknown) | undefined;
  /** What is captured in place of the result; `false`: nothing. Not asked for streams, which are captured as they go. */
  readonly captureOutput?: false | ((result: R) => unknown) | undefined;
}
