import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { type Health, healthOf } from '../../client/index.js';
import { errorTeller } from '../../errors/index.js';
import { createLedger, type LedgerSnapshot } from '../../ledger/index.js';
import { logAt, type NoveumOptions, optionsAtStart } from '../../options/index.js';
import { createOutgoing, FLUSH_TIMEOUT_MILLIS, type Outgoing } from '../../outgoing/index.js';
import { flushAtProcessEnd, nodeHost, nodePlatform, type ProcessEnd } from '../../platform/node/index.js';

interface Running {
  readonly outgoing: Outgoing;
  readonly atEnd: ProcessEnd;
}

/**
 * All of `noveum-trace` behind `end()` (naming, costs, redaction, keep-rule, exporters, ledger) as one span processor,
 * for an application that sets up OpenTelemetry itself; nothing is registered globally.
 *
 * Takes the options of `init`, file and environment included. What the provider decides stays its own: sampling, the
 * number of attributes, propagation; of its resource it is added what the options say and it doesn't. The constructor
 * throws `ConfigurationError` as `init` does; after that nothing throws or rejects.
 */
export class NoveumSpanProcessor implements SpanProcessor {
  readonly #ledger = createLedger();
  readonly #offBecause: string | null;
  readonly #running: Running | undefined;

  constructor(given?: NoveumOptions) {
    const { options, offBecause } = optionsAtStart(given, nodeHost);
    this.#offBecause = offBecause;
    if (offBecause !== null) return;
    const log = logAt(nodeHost.write, () => options.logLevel);
    const platform = nodePlatform(log);
    const onError = errorTeller(() => options.onError);
    const outgoing = createOutgoing(options, platform, this.#ledger, onError, true);
    const client = { flush: (timeoutMillis?: number) => this.flush(timeoutMillis), getStats: () => this.getStats() };
    const tell = (message: string): void => log('warn', message);
    this.#running = { outgoing, atEnd: flushAtProcessEnd(client, { onSignal: options.flushOnSignal, tell }) };
  }

  onStart(span: Span, context: Context): void {
    this.#running?.outgoing.processor.onStart(span, context);
  }

  onEnd(span: ReadableSpan): void {
    this.#running?.outgoing.processor.onEnd(span);
  }

  /** Sends what has ended so far. False where it wasn't all done with within the time (default 5,000 ms). */
  async flush(timeoutMillis = FLUSH_TIMEOUT_MILLIS): Promise<boolean> {
    if (this.#running === undefined) return true;
    await this.#running.outgoing.drain();
    return this.#running.outgoing.delivery.flush(timeoutMillis);
  }

  async forceFlush(): Promise<void> {
    await this.flush();
  }

  /** Sends what has ended, then stops; spans that end later are counted as dropped. */
  async shutdown(): Promise<void> {
    this.#running?.atEnd.forget();
    await this.#running?.outgoing.processor.shutdown();
  }

  /** Where each span is, in numbers. */
  getStats(): LedgerSnapshot {
    return this.#ledger.snapshot();
  }

  health(): Health {
    return this.#offBecause === null ? healthOf(this.getStats()) : { status: 'off', reasons: [this.#offBecause] };
  }
}
