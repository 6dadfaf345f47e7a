export { stock, type StockOptions } from './stock.js';
