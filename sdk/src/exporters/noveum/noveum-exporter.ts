import { nativeTracesOf, type NativeTraceJson } from 'noveum-proto/document';
import { MalformedProtobuf } from 'noveum-proto/otlp';

import { ConfigurationError } from '../../errors/index.js';
import { isReadableOnTheWay } from '../../options/index.js';
import type { Clock } from '../clock.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../exporter.js';
import {
  createSender,
  type Headers,
  type HttpAnswer,
  type HttpTransport,
  isSuccess,
  type Pack,
  retryOf,
} from '../http/index.js';
import { createBatchSize } from './batch-size.js';
import { failedSpansOf } from './noveum-answer.js';
import { type Group, smaller, spansIn } from './parts.js';

export interface NoveumExporterOptions {
  /** Of the counters. Default: `noveum`. */
  readonly name?: string;
  /** The collector's address, without a path: `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly apiKey?: string | undefined;
  /** Beside those that the exporter itself sends. */
  readonly headers?: Headers | undefined;
  /** Of one request. Default: 10,000. */
  readonly timeoutMillis?: number;
  readonly transport: HttpTransport;
  readonly pack: Pack;
  /** SHA-256, for Content-Digest (RFC 9530); without it bodies go without. */
  readonly sha256?: ((bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>) | undefined;
  readonly clock: Clock;
}

const TIMEOUT_MILLIS = 10_000;
/** Of a body before it is packed; a collector takes 16 MiB unless told otherwise. */
const MAX_BODY_CHARACTERS = 4 * 1024 * 1024;
const TOO_LARGE = 413;

const isPassing = ({ status }: HttpAnswer): boolean => status === 408 || status === 429 || status >= 500;

const urlOf = ({ apiKey, endpoint }: NoveumExporterOptions): string => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ConfigurationError([
      { option: 'endpoint', rule: 'must be an http or https URL', value: JSON.stringify(endpoint.slice(0, 100)) },
    ]);
  if (apiKey !== undefined && isReadableOnTheWay(endpoint))
    throw new ConfigurationError([
      {
        option: 'endpoint',
        rule: 'must be https where an apiKey is sent beyond this machine',
        value: JSON.stringify(url.origin.slice(0, 100)),
      },
    ]);
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
};

/** What is left of a batch, kept between its tries so that what was taken isn't sent again. */
interface Progress {
  rest: readonly NativeTraceJson[];
  /** Of groups that were too large; they go first. */
  divided: Group[];
  rejectedSpans: number;
  reason: string;
}

/**
 * Sends batches as the native API's JSON, 10 to 200 traces a request: more while the collector answers quickly, fewer
 * after one that was too large or took too long. What is too large for the collector is sent in halves, down to one
 * span, and that with its longest text cut.
 */
export const createNoveumExporter = (options: NoveumExporterOptions): Exporter => {
  const { apiKey, clock, pack, sha256, transport } = options;
  const sender = createSender({
    url: urlOf(options),
    headers: { ...options.headers, ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
    timeoutMillis: options.timeoutMillis ?? TIMEOUT_MILLIS,
    transport,
    pack,
    clock,
  });
  const size = createBatchSize();
  const begun = new WeakMap<Uint8Array, Progress>();

  const digestOf =
    sha256 === undefined
      ? undefined
      : async (body: Uint8Array<ArrayBuffer>): Promise<Headers> => {
          const digest = new Uint8Array(await sha256(body));
          return { 'content-digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:` };
        };

  const begin = ({ request, spanCount }: ExportBatch): Progress => {
    const fresh = { divided: [], rejectedSpans: 0, reason: '' };
    try {
      return { ...fresh, rest: nativeTracesOf(request) };
    } catch (error) {
      if (!(error instanceof MalformedProtobuf)) throw error;
      return { ...fresh, rest: [], rejectedSpans: spanCount, reason: 'malformed' };
    }
  };

  /** The next request's traces and their JSON. */
  const next = (progress: Progress): { readonly group: Group; readonly texts: readonly string[] } | null => {
    const divided = progress.divided.shift();
    if (divided !== undefined) return { group: divided, texts: divided.map((trace) => JSON.stringify(trace)) };
    const [first, ...others] = progress.rest.slice(0, size.current());
    if (first === undefined) return null;
    const group: [NativeTraceJson, ...NativeTraceJson[]] = [first];
    const texts = [JSON.stringify(first)];
    let characters = texts[0]?.length ?? 0;
    for (const trace of others) {
      const text = JSON.stringify(trace);
      characters += text.length;
      if (characters > MAX_BODY_CHARACTERS) break;
      group.push(trace);
      texts.push(text);
    }
    progress.rest = progress.rest.slice(group.length);
    return { group, texts };
  };

  const reject = (progress: Progress, spans: number, reason: string): void => {
    if (spans === 0) return;
    progress.rejectedSpans += spans;
    progress.reason = reason;
  };

  /** Null: go on with what is left. */
  const sendNext = async (progress: Progress, signal: AbortSignal): Promise<ExportOutcome | 'done' | null> => {
    const found = next(progress);
    if (found === null) return 'done';
    const { group, texts } = found;
    const body = new TextEncoder().encode(`{"traces":[${texts.join(',')}]}`);
    const startMillis = clock.monotonicMillis();
    const sent = await sender.send(body, 'application/json', signal, group, digestOf);
    if (sent.status === 'retry' || isPassing(sent.answer)) {
      progress.divided.unshift(group);
      if (sent.status === 'answered') return retryOf(sent.answer, clock.unixMillis());
      if (sent.reason === 'timeout') {
        size.tooMuch();
        progress.divided.splice(0, 1, ...(group.length > 1 ? smaller(group) : [group]));
      }
      return sent;
    }
    const { answer } = sent;
    if (isSuccess(answer)) {
      size.taken(group.length, clock.monotonicMillis() - startMillis);
      reject(progress, failedSpansOf(answer.body, group), 'failed_traces');
    } else if (answer.status === TOO_LARGE) {
      size.tooMuch();
      const groups = smaller(group);
      progress.divided.unshift(...groups);
      if (groups.length === 0) reject(progress, spansIn(group), 'http_413');
    } else {
      reject(progress, spansIn(group), `http_${String(answer.status)}`);
    }
    return null;
  };

  /** For what its headers say. */
  const sendNothing = async (signal: AbortSignal): Promise<ExportOutcome> => {
    const body = new TextEncoder().encode('{"traces":[]}');
    const sent = await sender.send(body, 'application/json', signal, body, digestOf);
    return sent.status === 'retry' ? sent : { status: 'delivered' };
  };

  return {
    name: options.name ?? 'noveum',
    async export(batch, signal) {
      if (batch.spanCount === 0) return sendNothing(signal);
      const progress = begun.get(batch.request) ?? begin(batch);
      for (;;) {
        const outcome = await sendNext(progress, signal);
        if (outcome === null) continue;
        if (outcome !== 'done') {
          begun.set(batch.request, progress);
          return outcome;
        }
        begun.delete(batch.request);
        const { reason, rejectedSpans } = progress;
        return rejectedSpans === 0 ? { status: 'delivered' } : { status: 'rejected', rejectedSpans, reason };
      }
    },
    close: () => sender.close(),
  };
};
