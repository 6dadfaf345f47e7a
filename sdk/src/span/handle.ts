import {
  type Attributes,
  type AttributeValue,
  type Context,
  context,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanStatus,
  type TimeInput,
  trace,
} from '@opentelemetry/api';
import { NAMES, OWN_NAMES, type Usage, usageAttributes } from '../capture/index.js';
import { currentRuntime } from '../runtime/index.js';
import type { TracedType } from './options.js';
import { noteTold, writeInput, writeOutput } from './record.js';
import { recordErrorOn } from './record-error.js';

export interface Score {
  readonly name: string;
  readonly value?: number | undefined;
  readonly label?: string | undefined;
  readonly explanation?: string | undefined;
}

/**
 * An OpenTelemetry span, valid wherever one is asked for, that knows what the field says of its calls. Content goes on
 * it only where content is captured. Nothing throws; after the end nothing is recorded.
 */
export interface TracedSpan extends Span, Disposable, AsyncDisposable {
  setInput(input: unknown): this;
  setOutput(output: unknown): this;
  setUsage(usage: Usage): this;
  /** The model that was asked; `response`: the one that answered. */
  setModel(model: string, response?: string): this;
  addScore(score: Score): this;
  recordError(error: unknown): this;
  /** Runs the function with this span active: what is traced inside is its child. The span stays open. */
  run<T>(fn: () => T): T;
}

const DISPOSE: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
const ASYNC_DISPOSE: typeof Symbol.asyncDispose =
  (Symbol as { asyncDispose?: typeof Symbol.asyncDispose }).asyncDispose ??
  (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);

export interface HandleOptions {
  readonly type: TracedType;
  readonly captureContent: boolean | undefined;
}

class SpanHandle implements TracedSpan {
  readonly #span: Span;
  readonly #options: HandleOptions;

  constructor(span: Span, options: HandleOptions) {
    this.#span = span;
    this.#options = options;
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }
  isRecording(): boolean {
    return this.#span.isRecording();
  }
  setAttribute(key: string, value: AttributeValue): this {
    this.#span.setAttribute(key, value);
    return this;
  }
  setAttributes(attributes: Attributes): this {
    this.#span.setAttributes(attributes);
    return this;
  }
  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.#span.addEvent(name, attributesOrTime, time);
    return this;
  }
  addLink(link: Link): this {
    this.#span.addLink(link);
    return this;
  }
  addLinks(links: Link[]): this {
    this.#span.addLinks(links);
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.#span.setStatus(status);
    return this;
  }
  updateName(name: string): this {
    this.#span.updateName(name);
    return this;
  }
  recordException(exception: Exception, time?: TimeInput): void {
    this.#span.recordException(exception, time);
  }
  /** The first end counts. */
  end(time?: TimeInput): void {
    try {
      if (this.#span.isRecording()) this.#span.end(time);
    } catch (fault) {
      currentRuntime()?.onError(fault, 'endSpan');
    }
  }

  setInput(input: unknown): this {
    return this.#write('input', input, writeInput);
  }
  setOutput(output: unknown): this {
    return this.#write('output', output, writeOutput);
  }
  setUsage(usage: Usage): this {
    return this.setAttributes(usageAttributes(usage));
  }
  setModel(model: string, response?: string): this {
    this.setAttribute(NAMES.requestModel, model);
    return response === undefined ? this : this.setAttribute(NAMES.responseModel, response);
  }
  addScore({ explanation, label, name, value }: Score): this {
    return this.addEvent(OWN_NAMES.evaluationEvent, {
      [NAMES.evaluationName]: name,
      ...(value === undefined ? {} : { [NAMES.evaluationScore]: value }),
      ...(label === undefined ? {} : { [NAMES.evaluationLabel]: label }),
      ...(explanation === undefined ? {} : { [NAMES.evaluationExplanation]: explanation }),
    });
  }
  recordError(error: unknown): this {
    try {
      recordErrorOn(this.#span, error);
    } catch (fault) {
      currentRuntime()?.onError(fault, 'recordError');
    }
    return this;
  }
  run<T>(fn: () => T): T {
    return context.with(this.#context(), fn);
  }
  [DISPOSE](): void {
    this.end();
  }
  [ASYNC_DISPOSE](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #context(): Context {
    return trace.setSpan(context.active(), this.#span);
  }

  #write(what: 'input' | 'output', value: unknown, write: typeof writeInput): this {
    const runtime = currentRuntime();
    if (runtime === undefined || !(this.#options.captureContent ?? runtime.capture.content)) return this;
    try {
      noteTold(this.#span, what);
      write(this.#span, this.#options.type, value, runtime.capture.maxContentLength);
    } catch (error) {
      runtime.onError(error, what);
    }
    return this;
  }
}

export const createHandle = (span: Span, options: HandleOptions): TracedSpan => new SpanHandle(span, options);
