/**
 * Remembers what was found for a pair of names, misses too. When `most` are remembered it begins anew: what is in use is
 * soon found again, and an endless row of new names costs no memory.
 */
export const remembering = <Found extends object>(
  find: (provider: string | null, model: string) => Found,
  most: number,
): ((provider: string | null, model: string) => Found) => {
  const byProvider = new Map<string | null, Map<string, Found>>();
  let count = 0;
  return (provider, model) => {
    const known = byProvider.get(provider)?.get(model);
    if (known !== undefined) return known;
    if (count >= most) {
      byProvider.clear();
      count = 0;
    }
    const found = find(provider, model);
    const models = byProvider.get(provider) ?? new Map<string, Found>();
    byProvider.set(provider, models.set(model, found));
    count++;
    return found;
  };
};
