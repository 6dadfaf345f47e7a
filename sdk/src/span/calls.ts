import type { Attributes } from '@opentelemetry/api';
import type { TraceOptions } from './options.js';
import { type AnyFunction, observe } from './wrap.js';

type OptionsOf<F extends AnyFunction> = TraceOptions<Parameters<F>, Awaited<ReturnType<F>>>;

/**
 * A function that calls a model, traced: what it was asked, which model answered, tokens, cost and why it ended are
 * read from what OpenAI, Anthropic, Gemini, Bedrock, Vercel's AI SDK and who speaks as they do give back.
 * `traceLlmCall(client.messages.create.bind(client.messages), {model, provider: 'anthropic'})`.
 */
export const traceLlmCall = <F extends AnyFunction>(fn: F, options: OptionsOf<F> = {}): F =>
  observe(fn, { ...options, type: options.type ?? 'llm' });

/** A function of others, traced without a change to it: `traceExistingFunction(parse, {name: 'parse', attributes})`. */
export const traceExistingFunction = <F extends AnyFunction>(
  fn: F,
  options: OptionsOf<F> & { readonly name?: string; readonly attributes?: Attributes } = {},
): F => observe(fn, options);
