export { readableSpansOf } from './readable-spans.js';
