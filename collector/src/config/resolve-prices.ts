import { checkOwnPrices, type OwnPrice } from 'noveum-proto';

export interface ResolvedPrices {
  readonly value: readonly OwnPrice[];
  readonly errors: readonly string[];
}

/** The list under `prices` in the file; nothing there means none. */
export const resolvePrices = (inFile: unknown): ResolvedPrices => {
  const outcome = checkOwnPrices(inFile ?? []);
  return outcome.status === 'ok'
    ? { value: outcome.prices, errors: [] }
    : { value: [], errors: outcome.errors.map((error) => `${error} (--config)`) };
};
