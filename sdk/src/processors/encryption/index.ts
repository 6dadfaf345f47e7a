export { type AttributeCipher, type CipherOptions, createAttributeCipher, NOT_ENCRYPTED } from './attribute-cipher.js';
export { decryptAttribute, type Decrypted } from './decrypt-attribute.js';
export { EncryptingSpanProcessor, type EncryptingOptions } from './encrypting-span-processor.js';
export type { Place } from './format.js';
