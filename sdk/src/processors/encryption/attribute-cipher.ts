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
  /**
   * Goes on with other attributes at once, and with another key as soon as it has come; until then, and where it doesn't
   * come, with the one before. Of several changes under way the last counts. Resolves to whether its key is in use; never
   * rejects.
   */
  readonly change: (next: ResolvedEncryption) => Promise<boolean>;
}

interface Key {
  readonly id: string;
  readonly bytes: Uint8Array;
  used: number;
}

type KeyOutcome = { readonly key: Key } | { readonly rule: string; readonly cause?: unknown };

const DEFAULT_MAX_VALUES = 2 ** 28;
const MOST_TOLD = 1_000;

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

const checkedKey = (id: string, given: unknown): KeyOutcome => {
  if (!isKeyId(id)) return { rule: 'the id of the key must be 1 to 255 bytes' };
  if (!(given instanceof Uint8Array) || given.length !== KEY_BYTES) return { rule: 'the key must be 32 bytes' };
  return { key: { id, bytes: Uint8Array.from(given), used: 0 } };
};

/** At once, where it comes at once: then no span has to wait. */
const askFor = ({ keyId, key }: ResolvedEncryption, take: (outcome: KeyOutcome) => void): Promise<void> => {
  const miss = (cause: unknown): void => take({ rule: 'the key could not be had', cause });
  try {
    const given: unknown = key(keyId);
    if (typeof (given as PromiseLike<unknown> | null)?.then === 'function')
      return Promise.resolve(given).then((bytes) => take(checkedKey(keyId, bytes)), miss);
    take(checkedKey(keyId, given));
    return Promise.resolve();
  } catch (error) {
    miss(error);
    return Promise.resolve();
  }
};

/** Encrypts the attributes that are chosen. A key is asked for once, at once. */
export const createAttributeCipher = ({
  maxValuesPerKey = DEFAULT_MAX_VALUES,
  onError,
  ...first
}: CipherOptions): AttributeCipher => {
  const told = new Set<string>();
  let wanted: ResolvedEncryption = first;
  let key: Key | undefined;
  let isSettled = false;
  let isChosen = createNameTest(first.attributes);

  const fail = (
    keyId: string,
    rule: string,
    cause?: unknown,
    then = `values are replaced by ${NOT_ENCRYPTED}`,
  ): void => {
    const id = `${keyId} ${rule}`;
    if (told.has(id)) return;
    // Only what is told of one key is told once; nobody has so many.
    if (told.size >= MOST_TOLD) told.clear();
    told.add(id);
    onError(new NoveumError('callback', `encryption: ${rule}; ${then}`, { cause }));
  };

  const take = (outcome: KeyOutcome, asked: ResolvedEncryption): void => {
    if (asked !== wanted) return;
    isSettled = true;
    if ('key' in outcome) {
      const { key: next } = outcome;
      // The same one again has served for as many values as before.
      if (key?.id !== next.id || Buffer.compare(key.bytes, next.bytes) !== 0) key = next;
    } else if (key === undefined) fail(asked.keyId, outcome.rule, outcome.cause);
    else fail(asked.keyId, outcome.rule, outcome.cause, `the one before, ${JSON.stringify(key.id)}, stays in use`);
  };

  const ready = askFor(first, (outcome) => take(outcome, first));

  return {
    ready,
    isReady: () => isSettled,
    isChosen: (name) => isChosen(name),
    async change(next) {
      const isSameKey = next.keyId === wanted.keyId && next.key === wanted.key && key?.id === next.keyId;
      isChosen = createNameTest(next.attributes);
      wanted = next;
      if (!isSameKey) await askFor(next, (outcome) => take(outcome, next));
      return wanted === next && key?.id === next.keyId;
    },
    encrypt(value, place) {
      if (key === undefined) return NOT_ENCRYPTED;
      if (key.used >= maxValuesPerKey) {
        fail(key.id, `the key ${JSON.stringify(key.id)} has served for ${maxValuesPerKey} values, begin another`);
        return NOT_ENCRYPTED;
      }
      key.used++;
      try {
        return seal(key.id, key.bytes, value, place);
      } catch (error) {
        fail(key.id, 'a value could not be encrypted', error);
        return NOT_ENCRYPTED;
      }
    },
  };
};
