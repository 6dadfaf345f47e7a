import type { DecodedBody, Signal } from '../decode/index.js';
import { nativeVoice, otlpJsonVoice, otlpProtobufVoice, type Voice } from './answers.js';
import type { IngestRoute } from './ingest-routes.js';
import { looksLikeOtlpJson, type RequestKind } from './request-kind.js';

type AnySignal = Signal | 'metrics';

export interface Voices {
  /** Before the body was seen: by the route and the header's format. */
  ofRequest(route: IngestRoute, format: RequestKind['format'] | null): Voice;
  /** By what decode found the body to be. */
  ofDecoded(route: IngestRoute, kind: RequestKind, decoded: DecodedBody): Voice;
  /** Of a body that was refused as a whole. */
  ofRefused(route: IngestRoute, kind: RequestKind, bytes: Buffer): Voice;
}

/** Senders of OTLP are answered as OTLP has it, in the content type they sent; all others as the native API has it. */
export const createVoices = (now: () => Date): Voices => {
  const json = {
    traces: otlpJsonVoice('rejectedSpans'),
    logs: otlpJsonVoice('rejectedLogRecords'),
  };
  const otlpJson = (signal: AnySignal): Voice => (signal === 'logs' ? json.logs : json.traces);
  const native = { single: nativeVoice(true, now), batch: nativeVoice(false, now) };
  const nativeOf = (signal: AnySignal): Voice => (signal === 'trace' ? native.single : native.batch);
  const isOtlpOnly = ({ signal, isLangfuse }: IngestRoute): boolean =>
    isLangfuse || signal === 'logs' || signal === 'metrics';

  return {
    ofRequest(route, format) {
      if (format === 'otlp-protobuf') return otlpProtobufVoice;
      return isOtlpOnly(route) ? otlpJson(route.signal) : nativeOf(route.signal);
    },
    ofDecoded({ signal }, { format }, decoded) {
      if (format === 'otlp-protobuf') return otlpProtobufVoice;
      return decoded.record.format === 'native' ? nativeOf(signal) : otlpJson(signal);
    },
    ofRefused(route, { format, encoding }, bytes) {
      if (format === 'otlp-protobuf') return otlpProtobufVoice;
      return isOtlpOnly(route) || looksLikeOtlpJson(bytes, encoding) ? otlpJson(route.signal) : nativeOf(route.signal);
    },
  };
};
