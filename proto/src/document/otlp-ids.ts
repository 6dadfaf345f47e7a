import { sha256Hex } from '../hash/index.js';

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

const hexId = (id: string, digits: number): string => {
  const plain = id.replaceAll('-', '').toLowerCase();
  const isHex = /^[0-9a-f]+$/.test(plain);
  if (isHex && plain.length === digits) return plain;
  if (isHex && digits === TRACE_ID_DIGITS && plain.length === SPAN_ID_DIGITS) return plain.padStart(digits, '0');
  return sha256Hex(id).slice(0, digits);
};

/** A hex id as it is (16-digit trace ids padded on the left), any other as the first 16 bytes of its SHA-256. */
export const otlpTraceId = (id: string): string => hexId(id, TRACE_ID_DIGITS);
/** The same with 8 bytes. */
export const otlpSpanId = (id: string): string => hexId(id, SPAN_ID_DIGITS);
