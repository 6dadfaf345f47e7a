import type { DecodeOutcome } from './decoded.js';
import { decodeJson } from './decode-json.js';
import { readEnvelope } from './envelope.js';
import type { DecodeInput, DecodeSettings } from './decode-settings.js';
import { decodeLogs } from './otlp/decode-logs.js';
import { decodeTraces } from './otlp/decode-traces.js';
import { parseJson } from './parse-json.js';
import { refuse, refuseTooLarge, type Refused } from './refusal.js';
import { unpack } from './unpack.js';

/** `over`: the body unpacks to more than `unpackUpToBytes`. */
export type BodyOutcome = DecodeOutcome | { readonly status: 'over' };

const broken = (field: string, what: string): Refused => refuse(field, `must be sound ${what}`, 'broken_compression');

const decodeEnvelope = (input: DecodeInput, packed: Buffer, settings: DecodeSettings): BodyOutcome => {
  const unpacked = unpack(packed, 'gzip', settings.unpackUpToBytes);
  if (unpacked.status === 'over') return unpacked;
  if (unpacked.status === 'broken') return broken('data', 'gzip');
  const parsed = parseJson(unpacked.bytes);
  if (parsed.status === 'refused') return parsed;
  return decodeJson(input.signal, parsed.value, unpacked.bytes, settings);
};

const decodeJsonBody = (input: DecodeInput, bytes: Buffer, settings: DecodeSettings): BodyOutcome => {
  const parsed = parseJson(bytes);
  if (parsed.status === 'refused') return parsed;
  const packed = readEnvelope(parsed.value);
  if (packed === 'broken') return refuse('data', 'must be base64', 'invalid_base64');
  if (packed !== null) return decodeEnvelope(input, packed, settings);
  return decodeJson(input.signal, parsed.value, bytes, settings);
};

/** Unpacks, reads and checks one body at once, on the calling thread. */
export const decodeBody = (input: DecodeInput, settings: DecodeSettings): BodyOutcome => {
  const { limits } = settings;
  if (input.bytes.length > limits.bodyBytes)
    return refuseTooLarge('body', `must be at most ${String(limits.bodyBytes)} bytes`, 'body_too_large');
  const unpacked = unpack(input.bytes, input.encoding, settings.unpackUpToBytes);
  if (unpacked.status === 'over') return unpacked;
  if (unpacked.status === 'broken') return broken('body', input.encoding);
  if (input.format === 'json') return decodeJsonBody(input, unpacked.bytes, settings);
  switch (input.signal) {
    case 'traces':
      return decodeTraces(unpacked.bytes, limits, settings.nowMillis);
    case 'logs':
      return decodeLogs(unpacked.bytes, limits);
    case 'trace': {
      const problem = { field: 'content-type', issue: 'must be application/json', kind: 'unsupported_media_type' };
      return { status: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE', problem };
    }
  }
};
