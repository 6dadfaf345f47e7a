export { asyncLocalContext } from './async-local-context.js';
export { currentPage, type Page } from './page.js';
export { stackContext } from './stack-context.js';
