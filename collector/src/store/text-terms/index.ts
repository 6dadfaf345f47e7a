export { createTermDictionary, type TermDictionary } from './term-dictionary.js';
export { createTextTerms, type TextTerms } from './text-terms.js';
