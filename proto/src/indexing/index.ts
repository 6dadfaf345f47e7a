export { cameOnOneDay, type DayUsage, spanCountOf, usageByDay } from './arrived-usage.js';
export { derivationOf } from './derivation-of.js';
export { documentOf, type DocumentReading, sentDocumentOf } from './document-of.js';
export { SMALLEST_SKETCHED, sketchBucketOf, sketchValueOf } from './sketch-bucket.js';
export { tagTerms } from './tag-terms.js';
export { createTermDictionary, type TermDictionary } from './term-dictionary.js';
