export { createFigures, type StoreFigures } from './figures.js';
