const PLAIN = new Intl.NumberFormat('en-US', { useGrouping: false, maximumSignificantDigits: 12 });

/** `$3`, `$0.30`, `$0.0028`: never an exponent, never floating noise. */
export const shownUsd = (amount: number): string => {
  const text = PLAIN.format(amount);
  return /\.\d$/.test(text) ? `$${text}0` : `$${text}`;
};
