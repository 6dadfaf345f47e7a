import { otlpJsonOf } from 'noveum-proto/records';
import type { Clock } from '../clock.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../exporter.js';
import {
  createSender,
  type HeaderSource,
  type HttpAnswer,
  type HttpTransport,
  isSuccess,
  type Pack,
  plainPack,
  refusalOf,
  retryOf,
} from '../http/index.js';
import { rejectedSpansOf } from './otlp-answer.js';

export interface OtlpExporterOptions {
  /** Of the counters. Default: `otlp`. */
  readonly name?: string;
  /** The whole of it, `/v1/traces` included. */
  readonly url: string;
  /** Of OTLP/HTTP's two. Default: protobuf, which is what batches are made of. */
  readonly encoding?: 'protobuf' | 'json' | undefined;
  readonly headers?: HeaderSource | undefined;
  /** Of one try. Default: 10,000, as OTel's specification has it. */
  readonly timeoutMillis?: number;
  readonly transport: HttpTransport;
  /** Default: bodies go as they are. */
  readonly pack?: Pack;
  readonly clock: Clock;
}

const TIMEOUT_MILLIS = 10_000;
/** OTLP specification, "Retryable Response Codes". */
const RETRYABLE = [429, 502, 503, 504];

const bytesOf = (request: Uint8Array): Uint8Array<ArrayBuffer> =>
  request.buffer instanceof ArrayBuffer ? (request as Uint8Array<ArrayBuffer>) : new Uint8Array(request);

/** Sends batches by OTLP over HTTP, each in one request. */
export const createOtlpExporter = (options: OtlpExporterOptions): Exporter => {
  const { clock, encoding, headers, pack = plainPack, transport, url } = options;
  const sender = createSender({
    url,
    headers,
    timeoutMillis: options.timeoutMillis ?? TIMEOUT_MILLIS,
    transport,
    pack,
    clock,
  });
  const isJson = encoding === 'json';
  const contentType = isJson ? 'application/json' : 'application/x-protobuf';

  const outcomeOf = (answer: HttpAnswer, { spanCount }: ExportBatch): ExportOutcome => {
    if (RETRYABLE.includes(answer.status)) return retryOf(answer, clock.unixMillis());
    if (!isSuccess(answer)) return refusalOf(answer, spanCount);
    const rejectedSpans = rejectedSpansOf(answer.body, isJson, spanCount);
    return rejectedSpans === 0
      ? { status: 'delivered' }
      : { status: 'rejected', rejectedSpans, reason: 'partial_success' };
  };

  return {
    name: options.name ?? 'otlp',
    async export(batch, signal) {
      const body = isJson ? new TextEncoder().encode(otlpJsonOf(batch.request)) : bytesOf(batch.request);
      const sent = await sender.send(body, contentType, signal, batch.request);
      return sent.status === 'retry' ? sent : outcomeOf(sent.answer, batch);
    },
    close: () => sender.close(),
  };
};
