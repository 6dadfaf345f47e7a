export { checkOwnPrices, type OwnPricesOutcome } from './check-own-prices.js';
export type { OwnPrice } from './own-price.js';
export { priceMomentMillis } from './price-moment.js';
