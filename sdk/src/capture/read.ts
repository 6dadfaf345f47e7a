/** What came from outside, read field by field: a getter of the application that throws says nothing. */
export type Fields = Readonly<Record<string, unknown>>;

export const fieldOf = (value: unknown, name: string): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return (value as Fields)[name];
  } catch {
    return undefined;
  }
};

export const textOf = (value: unknown, name: string): string | undefined => {
  const field = fieldOf(value, name);
  return typeof field === 'string' && field !== '' ? field : undefined;
};

/** A finite number. */
export const numberOf = (value: unknown, name: string): number | undefined => {
  const field = fieldOf(value, name);
  return typeof field === 'number' && Number.isFinite(field) ? field : undefined;
};

export const listOf = (value: unknown, name: string): readonly unknown[] => {
  const field = fieldOf(value, name);
  return Array.isArray(field) ? field : [];
};

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
