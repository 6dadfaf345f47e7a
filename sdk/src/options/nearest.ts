/** Levenshtein's distance with neighbours exchanged (optimal string alignment), in one row a step. */
const distance = (left: string, right: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      let least = Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
};

/** The choice that `name` was probably meant to be: at most a third of its letters differ. */
export const nearest = (name: string, choices: readonly string[]): string | undefined => {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const choice of choices) {
    const found = distance(name.toLowerCase().slice(0, 100), choice.toLowerCase());
    if (found < least) [best, least] = [choice, found];
  }
  return best;
};

export const didYouMean = (name: string, choices: readonly string[]): string => {
  const meant = nearest(name, choices);
  return meant === undefined ? '' : ` (did you mean ${meant}?)`;
};
