export { createTextTerms, type TextTerms } from './text-terms.js';
