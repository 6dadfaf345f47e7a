import { encodeLogsJson, encodeTracesJson, type JsonEncodeOutcome } from 'noveum-proto';

import type { DecodeLimits, DecodeOutcome } from '../decoded.js';
import { refuse } from '../refusal.js';
import { decodeLogs } from './decode-logs.js';
import { decodeTraces } from './decode-traces.js';

/** The record holds what was encoded, so its own list of refused is empty; the sender hears of all. */
const withRefused = (
  encoded: JsonEncodeOutcome,
  decodeEncoded: (bytes: Uint8Array) => DecodeOutcome,
): DecodeOutcome => {
  if (encoded.status === 'refused') {
    const { field, issue, kind } = encoded.problem;
    return refuse(field, issue, kind);
  }
  const decoded = decodeEncoded(encoded.bytes);
  return decoded.status === 'refused' ? decoded : { ...decoded, refusedItems: encoded.refused };
};

export const decodeTracesJson = (value: unknown, limits: DecodeLimits, nowMillis: number): DecodeOutcome =>
  withRefused(encodeTracesJson(value, limits), (bytes) => decodeTraces(bytes, limits, nowMillis));

export const decodeLogsJson = (value: unknown, limits: DecodeLimits): DecodeOutcome =>
  withRefused(encodeLogsJson(value, limits), (bytes) => decodeLogs(bytes, limits));
