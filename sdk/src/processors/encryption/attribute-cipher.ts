import { createCipheriv, randomBytes } from 'node:crypto';

import { NoveumError } from '../../errors/index.js';
import type { ResolvedEncryption } from '../../options/index.js';
import { isKeyId, KEY_BYTES, NONCE_BYTES, type Place, placeBytes, TAG_BYTES, writeSealed } from './format.js';

/** Stands where a value could not be encrypted: it never leaves as it is. */
export const NOT_ENCRYPTED = '[ENCRYPTION_FAILED]';

export interface CipherOptions extends ResolvedEncryption {
  /**
   * Values that this process may encrypt with one key. With random nonces a key may serve 2^32 of them at most, in all
   * processes together (NIST SP 800-38D, 8.3). Default: 2^28, for sixteen processes. Beyond it values are
   * replaced by a mark: begin another key, under another id.
   */
  readonly maxValuesPerKey?: number;
  /** Told once for each cause, without values. */
  readonly onError: (error: NoveumError) => void;
}

export interface AttributeCipher {
  /** Settles when the key is there, or known not to come. Never rejects. */
  readonly ready: Promise<void>;
  readonly isReady: () => boolean;
  /** Whether an attribute of this name is to be encrypted. */
  readonly isChosen: (name: string) => boolean;
  /** The value as an `enc:v1:` text; {@link NOT_ENCRYPTED} where there is no usable key. Never throws. */
  readonly encrypt: (value: unknown, place: Place) => string;
}

const DEFAULT_MAX_VALUES = 2 ** 28;

export const createNameTest = (names: readonly string[]): ((name: string) => boolean) => {
  const whole = new Set(names.filter((name) => !name.endsWith('*')));
  const beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
};

/** JSON has no word for these. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one === 'bigint') return Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
    return typeof one === 'number' && !Number.isFinite(one) ? String(one) : one;
  });

const seal = (keyId: string, key: Uint8Array, value: unknown, place: Place): string => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(placeBytes(place));
  const ciphertext = Buffer.concat([cipher.update(jsonOf(value), 'utf8'), cipher.final()]);
  return writeSealed({ keyId, nonce, ciphertext, tag: cipher.getAuthTag() });
};

/** Encrypts the attributes that are chosen. The key is asked for once, at once. */
export const createAttributeCipher = ({
  attributes,
  keyId,
  key: keyOf,
  maxValuesPerKey = DEFAULT_MAX_VALUES,
  onError,
}: CipherOptions): AttributeCipher => {
  const told = new Set<string>();
  let key: Uint8Array | undefined;
  let used = 0;
  let isSettled = false;

  const fail = (cause: string, error?: unknown): void => {
    if (told.has(cause)) return;
    told.add(cause);
    onError(
      new NoveumError('callback', `encryption: ${cause}; values are replaced by ${NOT_ENCRYPTED}`, { cause: error }),
    );
  };
  const take = (given: Uint8Array): void => {
    isSettled = true;
    if (!isKeyId(keyId)) fail('the id of the key must be 1 to 255 bytes');
    else if (!(given instanceof Uint8Array) || given.length !== KEY_BYTES) fail('the key must be 32 bytes');
    else key = Uint8Array.from(given);
  };
  const miss = (error: unknown): void => {
    isSettled = true;
    fail('the key could not be had', error);
  };
  const askForKey = async (): Promise<void> => {
    try {
      const given = keyOf(keyId);
      // At once, where it comes at once: then no span has to wait.
      take(given instanceof Uint8Array ? given : await given);
    } catch (error) {
      miss(error);
    }
  };
  const ready = askForKey();

  return {
    ready,
    isReady: () => isSettled,
    isChosen: createNameTest(attributes),
    encrypt(value, place) {
      if (key === undefined) return NOT_ENCRYPTED;
      if (used >= maxValuesPerKey) {
        fail(`the key ${JSON.stringify(keyId)} has served for ${maxValuesPerKey} values, begin another`);
        return NOT_ENCRYPTED;
      }
      used++;
      try {
        return seal(keyId, key, value, place);
      } catch (error) {
        fail('a value could not be encrypted', error);
        return NOT_ENCRYPTED;
      }
    },
  };
};
