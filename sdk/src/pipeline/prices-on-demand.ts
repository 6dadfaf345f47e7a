import type { Prices } from 'noveum-proto';

/** Prices that are loaded when a call is to be priced: they are most of what the thread would load, and hold in memory. */
export interface PricesOnDemand {
  /** Null for every call until they are there. */
  readonly prices: Pick<Prices, 'totalOf'>;
  /** Settles once they are there, where they were asked while they weren't; undefined: they were not. */
  readonly missed: () => Promise<void> | undefined;
}

/** `load`: called once; undefined where there are none. */
export const pricesOnDemand = (load: () => Promise<Prices | undefined>): PricesOnDemand => {
  let loaded: Prices | undefined;
  let isLoaded = false;
  let isMissed = false;
  let loading: Promise<void> | undefined;
  const loadOnce = async (): Promise<void> => {
    loaded = await load();
    isLoaded = true;
  };
  return {
    prices: {
      totalOf: (usage) => {
        isMissed ||= !isLoaded;
        return loaded?.totalOf(usage) ?? null;
      },
    },
    missed: () => {
      if (!isMissed) return undefined;
      isMissed = false;
      return (loading ??= loadOnce());
    },
  };
};
