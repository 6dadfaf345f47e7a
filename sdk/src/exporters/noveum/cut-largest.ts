import type { NativeSpanJson } from 'noveum-proto/document';

/** As the trace document marks what it cuts. */
const MARK = '…[cut]';
/** JSON Pointers (RFC 6901), from the span, to what was cut. */
const TRUNCATED = 'noveum.truncated';
/** UTF-16 code units; what is shorter is not what makes a span too large. */
const SHORTEST_CUT = 256;

type Path = readonly string[];

interface Found {
  readonly path: Path;
  readonly text: string;
}

const longerOf = (a: Found | null, b: Found | null): Found | null =>
  a === null || (b !== null && b.text.length > a.text.length) ? b : a;

const longestIn = (value: unknown, path: Path): Found | null => {
  if (typeof value === 'string') return { path, text: value };
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).reduce<Found | null>(
    (found, [key, item]) => longerOf(found, longestIn(item, [...path, key])),
    null,
  );
};

const put = (value: unknown, [key, ...rest]: Path, text: string): unknown => {
  if (key === undefined) return text;
  if (Array.isArray(value))
    return value.map((item: unknown, at) => (String(at) === key ? put(item, rest, text) : item));
  return { ...(value as object), [key]: put((value as Readonly<Record<string, unknown>>)[key], rest, text) };
};

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;

const halfOf = (text: string): string => {
  const whole = text.endsWith(MARK) ? text.slice(0, -MARK.length) : text;
  const length = Math.floor(whole.length / 2);
  return whole.slice(0, isHighSurrogate(whole, length - 1) ? length - 1 : length) + MARK;
};

const pointerOf = (path: Path): string =>
  path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * The span with the longest text among its values cut to half, with a mark, and named in `noveum.truncated`; null where
 * there is none of 256 characters.
 */
export const cutLargest = (span: NativeSpanJson): NativeSpanJson | null => {
  const { [TRUNCATED]: named, ...attributes } = span.attributes;
  const longest = longestIn({ ...span, attributes, noveum: null }, []);
  if (longest === null || longest.text.length < SHORTEST_CUT) return null;
  const cut = put({ ...span, attributes }, longest.path, halfOf(longest.text)) as NativeSpanJson;
  const truncated = new Set([...(Array.isArray(named) ? (named as string[]) : []), pointerOf(longest.path)]);
  return { ...cut, attributes: { ...cut.attributes, [TRUNCATED]: [...truncated] } };
};
