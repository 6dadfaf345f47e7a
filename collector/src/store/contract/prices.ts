import { createPriceBook } from 'noveum-proto/pricing';

/** Every store of the suite prices by it. */
export const CONTRACT_PRICES = createPriceBook();
