import { createDecipheriv } from 'node:crypto';

import { KEY_BYTES, type Place, placeBytes, readSealed, TAG_BYTES } from './format.js';

export type Decrypted =
  | { readonly status: 'decrypted'; readonly value: unknown; readonly keyId: string }
  /** `format`: no `enc:v1:` text; `key`: none of 32 bytes; `authentication`: another key, another place, or changed. */
  | { readonly status: 'refused'; readonly reason: 'format' | 'key' | 'authentication' };

/**
 * The value of an attribute that was encrypted at this place. The key is 32 bytes, or a function that gives those of a
 * key's id; undefined: there is none.
 */
export const decryptAttribute = (
  value: string,
  key: Uint8Array | ((keyId: string) => Uint8Array | undefined),
  place: Place,
): Decrypted => {
  const sealed = readSealed(value);
  if (sealed === undefined) return { status: 'refused', reason: 'format' };
  const keyBytes = typeof key === 'function' ? key(sealed.keyId) : key;
  if (keyBytes?.length !== KEY_BYTES) return { status: 'refused', reason: 'key' };
  const decipher = createDecipheriv('aes-256-gcm', keyBytes, sealed.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(placeBytes(place));
  decipher.setAuthTag(sealed.tag);
  try {
    const json = Buffer.concat([decipher.update(sealed.ciphertext), decipher.final()]).toString('utf8');
    return { status: 'decrypted', value: JSON.parse(json), keyId: sealed.keyId };
  } catch {
    return { status: 'refused', reason: 'authentication' };
  }
};
