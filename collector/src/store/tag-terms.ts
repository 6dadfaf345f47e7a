/** A tag is found by its name, and where it has a value by `name:value`. */
export const tagTerms = (tags: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(tags).flatMap(([name, value]) =>
    value === true || value === null
      ? [name]
      : [
          name,
          `${name}:${typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)}`,
        ],
  );
