/**
 * An encrypted value is the text `enc:v1:` and, in base64url without padding:
 *
 * | bytes | |
 * |---|---|
 * | 1 | version, 1 |
 * | 1 | length of the key's id |
 * | n | the key's id, UTF-8 |
 * | 12 | nonce, random |
 * | rest | ciphertext of the value as JSON, and the tag of 16 bytes |
 *
 * AES-256-GCM (NIST SP 800-38D). Authenticated with it, but not in it: `noveum.enc.v1`, trace id, span id and the
 * attribute's name, so that a value can't be moved to another span or attribute.
 */
export const PREFIX = 'enc:v1:';
export const VERSION = 1;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;
const HEADER_BYTES = 2;
const MAX_KEY_ID_BYTES = 255;

/** Where an encrypted value belongs. */
export interface Place {
  /** Hexadecimal, as OpenTelemetry writes them. */
  readonly traceId: string;
  readonly spanId: string;
  /** Of the attribute. */
  readonly name: string;
}

/** Ids are of fixed length, so that two places never give the same text. */
export const placeBytes = ({ traceId, spanId, name }: Place): Uint8Array =>
  Buffer.from(`noveum.enc.v1\0${traceId.toLowerCase()}\0${spanId.toLowerCase()}\0${name}`, 'utf8');

export interface Sealed {
  readonly keyId: string;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export const isKeyId = (keyId: string): boolean => keyId !== '' && Buffer.byteLength(keyId, 'utf8') <= MAX_KEY_ID_BYTES;

export const writeSealed = ({ keyId, nonce, ciphertext, tag }: Sealed): string => {
  const id = Buffer.from(keyId, 'utf8');
  const header = Uint8Array.of(VERSION, id.length);
  return PREFIX + Buffer.concat([header, id, nonce, ciphertext, tag]).toString('base64url');
};

/** Undefined: not of this format. */
export const readSealed = (text: string): Sealed | undefined => {
  if (!text.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  const nonceAt = HEADER_BYTES + (bytes[1] ?? 0);
  const ciphertextAt = nonceAt + NONCE_BYTES;
  const tagAt = bytes.length - TAG_BYTES;
  if (bytes[0] !== VERSION || tagAt < ciphertextAt) return undefined;
  return {
    keyId: bytes.toString('utf8', HEADER_BYTES, nonceAt),
    nonce: bytes.subarray(nonceAt, ciphertextAt),
    ciphertext: bytes.subarray(ciphertextAt, tagAt),
    tag: bytes.subarray(tagAt),
  };
};
