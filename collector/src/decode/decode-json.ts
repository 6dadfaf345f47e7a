import type { DecodeOutcome, Signal } from './decoded.js';
import type { DecodeSettings } from './decode-settings.js';
import { isObject, type JsonObject, kindOf } from './native/field-rules.js';
import { decodeNative } from './native/decode-native.js';
import { decodeLogsJson, decodeTracesJson } from './otlp/decode-otlp-json.js';
import { refuse } from './refusal.js';

const EXPECTED: Readonly<Record<Signal, string>> = {
  traces: 'must be an object with `resourceSpans` (OTLP) or `traces` (a native batch)',
  trace: 'must be one native trace object; send batches and OTLP to /v1/traces',
  logs: 'must be an object with `resourceLogs` (OTLP)',
};

const has = (object: JsonObject, ...names: readonly string[]): boolean =>
  names.some((name) => Object.hasOwn(object, name));

const unexpected = (signal: Signal): DecodeOutcome => refuse('body', EXPECTED[signal], 'unknown_shape');

const decodeTracesBody = (object: JsonObject, bytes: Buffer, settings: DecodeSettings): DecodeOutcome => {
  if (has(object, 'resourceSpans', 'resource_spans'))
    return decodeTracesJson(object, settings.limits, settings.nowMillis);
  if (!has(object, 'traces')) return unexpected('traces');
  const traces = object['traces'];
  if (!Array.isArray(traces)) return refuse('traces', `must be an array, got ${kindOf(traces)}`, 'wrong_type');
  return decodeNative(bytes, traces, settings.checkTrace, settings.newTraceId, settings.limits.attributeValueBytes);
};

const decodeSingle = (object: JsonObject, bytes: Buffer, settings: DecodeSettings): DecodeOutcome => {
  if (has(object, 'traces', 'resourceSpans', 'resource_spans', 'resourceLogs', 'resource_logs'))
    return unexpected('trace');
  const batch = Buffer.concat([Buffer.from('{"traces":['), bytes, Buffer.from(']}')]);
  return decodeNative(batch, [object], settings.checkTrace, settings.newTraceId, settings.limits.attributeValueBytes);
};

/** Tells a parsed JSON body apart by content and checks it; `bytes` are the body's. */
export const decodeJson = (signal: Signal, value: unknown, bytes: Buffer, settings: DecodeSettings): DecodeOutcome => {
  if (!isObject(value)) return unexpected(signal);
  switch (signal) {
    case 'traces':
      return decodeTracesBody(value, bytes, settings);
    case 'trace':
      return decodeSingle(value, bytes, settings);
    case 'logs':
      // `{}` is how protobuf JSON says a request with nothing in it.
      if (!has(value, 'resourceLogs', 'resource_logs') && Object.keys(value).length > 0) return unexpected('logs');
      return decodeLogsJson(value, settings.limits);
  }
};
