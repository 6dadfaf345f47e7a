/**
 * OTLP tells int from double and bytes from string, JSON doesn't. Where the JSON alone would come back as another
 * type, the type is noted under the value's JSON Pointer (RFC 6901) from the span: `int` (a decimal string, beyond
 * 2^53), `double` (a whole number, or NaN, Infinity, -Infinity as a string), `bytes` (base64), `empty` (no value).
 */
export type NotedType = 'int' | 'double' | 'bytes' | 'empty';

export type ValueTypes = Record<string, NotedType>;

export const pointerOf = (parent: string, name: string | number): string =>
  `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
