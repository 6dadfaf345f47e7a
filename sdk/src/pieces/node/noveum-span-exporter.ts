import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

import { type Health, healthOf } from '../../client/index.js';
import type { EncodedRequest, Pipeline } from '../../delivery/index.js';
import { createSpanEncoder } from '../../encode/index.js';
import { errorTeller, NoveumError } from '../../errors/index.js';
import { createLedger, type LedgerSnapshot } from '../../ledger/index.js';
import { logAt, type NoveumOptions, optionsAtStart } from '../../options/index.js';
import { FLUSH_TIMEOUT_MILLIS, MAX_BATCH_BYTES } from '../../outgoing/index.js';
import { pipelineSettingsOf } from '../../pipeline/settings/index.js';
import { nodeHost, nodePlatform } from '../../platform/node/index.js';
import { createTelling, senderProcessOf } from '../../sender/index.js';

const FAILED: ExportResult = {
  code: ExportResultCode.FAILED,
  error: new NoveumError('not_delivered', 'not all spans were delivered: getStats() says which and why'),
};

interface Running {
  readonly pipeline: Pipeline;
  readonly maxQueueBytes: number;
  /** So that a full queue turns away a part of what comes rather than all of it. */
  readonly maxBatchBytes: number;
}

const BATCHES_IN_QUEUE = 4;

/**
 * Sends spans of a stock `BatchSpanProcessor` as `init`'s exporters do, natively unless told otherwise: encoded once,
 * named, priced, redacted where asked for, with retry, circuit breaker and spool. It works on the thread that it is
 * called on; `NoveumSpanProcessor` leaves that alone.
 *
 * Takes the options of `init`, file and environment included; those of sampling and batches are for the processor in
 * front of it. The constructor throws `ConfigurationError` as `init` does; after that nothing throws or rejects.
 */
export class NoveumSpanExporter implements SpanExporter {
  readonly #ledger = createLedger();
  readonly #encoder = createSpanEncoder({ onOmittedSpan: () => this.#ledger.dropped(1, 'unreadable') });
  readonly #tellError: ReturnType<typeof errorTeller>;
  readonly #offBecause: string | null;
  readonly #running: Running | undefined;
  #inFlightBytes = 0;
  #closed: Promise<void> | undefined;

  constructor(given?: NoveumOptions) {
    const { options, offBecause } = optionsAtStart(given, nodeHost);
    this.#offBecause = offBecause;
    this.#tellError = errorTeller(() => options.onError);
    if (offBecause !== null) return;
    const { buildPipeline, newId } = nodePlatform(logAt(nodeHost.write, () => options.logLevel));
    const settings = pipelineSettingsOf(options, true);
    const sender = { process: senderProcessOf(options, newId), told: createTelling(this.#ledger) };
    const pipeline = buildPipeline({ settings, ledger: this.#ledger, sender }, this.#tellError);
    const { maxQueueBytes } = options.batch;
    const maxBatchBytes = Math.min(MAX_BATCH_BYTES, maxQueueBytes / BATCHES_IN_QUEUE);
    this.#running = { pipeline, maxQueueBytes, maxBatchBytes };
  }

  /** Calls back once every exporter has the spans behind it; `FAILED`: not all were delivered, `getStats` says why. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    void this.#deliver(spans).then((isDelivered) => {
      try {
        resultCallback(isDelivered ? { code: ExportResultCode.SUCCESS } : FAILED);
      } catch (error) {
        this.#tellError(error, 'resultCallback');
      }
    });
  }

  async forceFlush(): Promise<void> {
    await this.#running?.pipeline.flush(FLUSH_TIMEOUT_MILLIS);
  }

  /** Gives what is on its way 5,000 ms. Idempotent. */
  shutdown(): Promise<void> {
    this.#closed ??= this.#running?.pipeline.close(FLUSH_TIMEOUT_MILLIS) ?? Promise.resolve();
    return this.#closed;
  }

  /** Where each span is, in numbers. */
  getStats(): LedgerSnapshot {
    return this.#ledger.snapshot();
  }

  health(): Health {
    return this.#offBecause === null ? healthOf(this.getStats()) : { status: 'off', reasons: [this.#offBecause] };
  }

  async #deliver(spans: readonly ReadableSpan[]): Promise<boolean> {
    if (this.#running === undefined) return true;
    const running = this.#running;
    this.#ledger.created(spans.length);
    if (this.#closed !== undefined) return this.#drop(spans.length, 'closed');
    const sent = this.#encode(spans, running.maxBatchBytes).map((batch) => this.#send(batch, running));
    const results = await Promise.all(sent);
    return results.every((isDelivered) => isDelivered);
  }

  #encode(spans: readonly ReadableSpan[], maxBatchBytes: number): readonly EncodedRequest[] {
    const batches: EncodedRequest[] = [];
    const take = (): void => {
      const batch = this.#encoder.take();
      if (batch !== undefined) batches.push(batch);
    };
    for (const span of spans) {
      this.#encoder.append(span);
      if (this.#encoder.byteLength >= maxBatchBytes) take();
    }
    take();
    return batches;
  }

  async #send(batch: EncodedRequest, { pipeline, maxQueueBytes }: Running): Promise<boolean> {
    const { byteLength, buffer } = batch.request;
    if (this.#inFlightBytes + byteLength > maxQueueBytes) return this.#drop(batch.spanCount, 'queue_full');
    this.#inFlightBytes += byteLength;
    const isDelivered = await pipeline.accept(batch);
    this.#inFlightBytes -= byteLength;
    this.#encoder.reuse(buffer);
    return isDelivered;
  }

  #drop(spans: number, reason: string): false {
    this.#ledger.dropped(spans, reason);
    return false;
  }
}
