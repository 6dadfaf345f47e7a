export { documentTexts, type DocumentText } from './document-texts.js';
export { createOtlpTextReader, type OtlpTextReader } from './otlp-span-texts.js';
export { otlpTexts } from './otlp-texts.js';
export type { SpanText } from './span-texts.js';
export type { SpanTextField } from './text-sources.js';
