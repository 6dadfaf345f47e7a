/** JSON.parse's third reviver argument (ECMAScript proposal "JSON.parse source text access", in V8 since 11.4). */
interface Source {
  readonly source?: string;
}
type ExactParse = (
  text: string,
  reviver: (this: unknown, key: string, value: unknown, context: Source) => unknown,
) => unknown;

const MAY_HOLD_LARGE_INTEGER = /[:,[\s]-?\d{16}/;
/** Of 64 bits signed or unsigned; longer ones are no integers of OTLP. */
const INTEGER = /^-?\d{16,20}$/;

/**
 * JSON.parse, but integers beyond 2^53 of up to 20 digits become bigint. Throws what JSON.parse throws, and
 * RangeError where the text nests thousands of levels deep.
 */
export const parseExact = (text: string): unknown => {
  if (!MAY_HOLD_LARGE_INTEGER.test(text)) return JSON.parse(text) as unknown;
  return (JSON.parse as ExactParse)(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context.source !== undefined && INTEGER.test(context.source) ? BigInt(context.source) : value;
  });
};
