/** True where arrays and objects lie in each other more than `levels` deep, the value itself counted. */
export const nestsDeeperThan = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (levels <= 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && nestsDeeperThan(item, levels - 1)) return true;
    return false;
  }
  for (const name in value) {
    const item = (value as Readonly<Record<string, unknown>>)[name];
    if (typeof item === 'object' && nestsDeeperThan(item, levels - 1)) return true;
  }
  return false;
};
