import type { ProtoWriter } from '../proto-writer.js';

/** The state of one encoding: where in the JSON it stands, and what it writes to. */
export interface JsonEncoder {
  readonly out: ProtoWriter;
  readonly path: (string | number)[];
  readonly limits: JsonEncodeLimits;
  readonly refused: RefusedJsonItem[];
  /** Spans or log records met, refused ones counted. */
  items: number;
  spansWithManyAttributes: number;
  /** How deep the attribute value being written lies in other values. */
  depth: number;
}

export interface JsonEncodeLimits {
  readonly nesting: number;
  readonly attributesPerSpan: number;
  readonly spanNameBytes: number;
}

export interface JsonProblem {
  /** Path inside the body, e.g. `resourceSpans[0].scopeSpans[0].spans[2].traceId`. */
  readonly field: string;
  readonly issue: string;
  readonly kind: string;
}

export interface RefusedJsonItem extends JsonProblem {
  /** Order of appearance of the span or log record, from 0. */
  readonly index: number;
}

/** Ends the encoding of a span, a log record or the whole body; never leaves this folder. */
export class JsonFault extends Error {
  readonly problem: JsonProblem;
  constructor(encoder: JsonEncoder, issue: string, kind: string) {
    super(issue);
    this.problem = { field: formatPath(encoder.path), issue, kind };
  }
}

const formatPath = (path: readonly (string | number)[]): string => {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${String(step)}]` : text === '' ? step : `.${step}`;
  return text;
};

export const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value === 'bigint' ? 'number' : typeof value;

export const wrongType = (encoder: JsonEncoder, expected: string, value: unknown): JsonFault =>
  new JsonFault(encoder, `must be ${expected}, got ${kindOf(value)}`, 'wrong_type');

export const asObject = (encoder: JsonEncoder, value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(encoder, 'an object', value);
  return value as Record<string, unknown>;
};

export const asArray = (encoder: JsonEncoder, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw wrongType(encoder, 'an array', value);
  return value;
};
