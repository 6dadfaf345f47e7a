let plain: Intl.NumberFormat | null = null;

/** Made at first use: it takes 25 ms, which every thread with a price book would spend at its start. */
const plainFormat = (): Intl.NumberFormat =>
  (plain ??= new Intl.NumberFormat('en-US', { useGrouping: false, maximumSignificantDigits: 12 }));

/** `$3`, `$0.30`, `$0.0028`: never an exponent, never floating noise. */
export const shownUsd = (amount: number): string => {
  const text = plainFormat().format(amount);
  return /\.\d$/.test(text) ? `$${text}0` : `$${text}`;
};
