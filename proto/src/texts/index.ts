export { documentTexts, type DocumentText } from './document-texts.js';
export { createOtlpTextReader, type OtlpTextReader } from './otlp-span-texts.js';
export { TEXT_RULES_VERSION } from './rules-version.js';
export { otlpTexts } from './otlp-texts.js';
export type { SpanText } from './span-texts.js';
export type { SpanTextField } from './text-sources.js';
