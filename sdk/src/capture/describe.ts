/** Hold no content that could be read without taking it from the application. */
const OPAQUE: ReadonlySet<string> = new Set([
  '[object Promise]',
  '[object WeakMap]',
  '[object WeakSet]',
  '[object WeakRef]',
  '[object ReadableStream]',
  '[object WritableStream]',
  '[object TransformStream]',
  '[object Response]',
  '[object Request]',
  '[object AbortSignal]',
  '[object AbortController]',
  '[object Blob]',
  '[object File]',
  '[object FormData]',
  '[object Generator]',
  '[object AsyncGenerator]',
]);

const describeError = (error: Error): unknown => ({
  name: error.name,
  message: error.message,
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** A shorter thing that stands for the value; undefined: it stands for itself. */
export const describe = (value: object): unknown => {
  if (Array.isArray(value)) return undefined;
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} ${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[Invalid Date]' : value.toISOString();
  if (value instanceof Error) return describeError(value);
  if (value instanceof RegExp) return value.toString();
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]')
    return `[${tag.slice(8, -1)} ${(value as ArrayBuffer).byteLength} bytes]`;
  if (OPAQUE.has(tag)) return `[${tag.slice(8, -1)}]`;
  return undefined;
};
