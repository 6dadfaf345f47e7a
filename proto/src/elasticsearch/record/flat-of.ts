import type { Attributes, Json } from '../../document/index.js';

/** Elasticsearch refuses NUL in a name of a flattened field, and a path with its value of more than 32,766 bytes. */
const MAX_NAME_UNITS = 500;
const MAX_DEPTH = 8;

const isObject = (value: Json): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const flatValue = (value: Json, depth: number): Json => {
  if (Array.isArray(value))
    return (value as readonly Json[]).filter((item) => typeof item !== 'object').map((item) => item);
  return isObject(value) ? flatAt(value, depth + 1) : value;
};

const flatAt = (attributes: Attributes, depth: number): Attributes =>
  depth > MAX_DEPTH
    ? {}
    : Object.fromEntries(
        Object.entries(attributes)
          .filter(([name]) => name.length <= MAX_NAME_UNITS && !name.includes('\u0000'))
          .map(([name, value]) => [name, flatValue(value, depth)]),
      );

/** What of these a flattened field can hold; the whole is in the summary. */
export const flatOf = (attributes: Attributes): Attributes => flatAt(attributes, 1);
