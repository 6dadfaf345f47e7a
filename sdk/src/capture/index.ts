export { type ChunkReader, createChunkReader } from './chunks.js';
export { NAMES, OWN_NAMES } from './names.js';
export { inputMessagesOf, type Message, systemPartsOf } from './messages.js';
export { fieldOf, isObject, listOf, textOf } from './read.js';
export { requestAttributes, requestedModelOf } from './request.js';
export { dimensionsOf, outputMessagesOf, readResponse, responseAttributes } from './response.js';
export { cutText, serialise } from './serialise.js';
export { type CountTokens, tokenCounter, useTokenizer } from './tokenizer.js';
export { type Usage, usageAttributes } from './usage.js';
