import { createHash, timingSafeEqual } from 'node:crypto';

import type { ApiKey, KeyEnvironment, Role } from '../meta/index.js';

/** Fills with random bytes, as `crypto.randomBytes` gives them. */
export type RandomBytes = (count: number) => Uint8Array;

export interface NewKey {
  readonly project: string;
  readonly environment: KeyEnvironment;
  readonly role: Role;
  /** ISO 8601; null: never. */
  readonly expiresAt: string | null;
}

export interface MadeKey {
  /** Shown once, never kept. */
  readonly secret: string;
  readonly key: ApiKey;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_CHARACTERS = 32;
const HINT_CHARACTERS = 6;
/** Bytes from here on would make the first letters likelier than the others. */
const FAIR_BELOW = 256 - (256 % ALPHABET.length);

export const hashOfKey = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** In a time that tells nothing of where two hashes differ. */
export const isSameHash = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const randomLetters = (randomBytes: RandomBytes): string => {
  let letters = '';
  while (letters.length < SECRET_CHARACTERS)
    for (const byte of randomBytes(SECRET_CHARACTERS))
      if (byte < FAIR_BELOW && letters.length < SECRET_CHARACTERS) letters += ALPHABET.charAt(byte % ALPHABET.length);
  return letters;
};

/** Makes `nv_<env>_<32 of A-Za-z0-9>`. */
export const mintKey = (wanted: NewKey, randomBytes: RandomBytes, nowMillis: number): MadeKey => {
  const start = `nv_${wanted.environment}_`;
  const secret = start + randomLetters(randomBytes);
  return {
    secret,
    key: {
      ...wanted,
      hash: hashOfKey(secret),
      hint: secret.slice(0, start.length + HINT_CHARACTERS),
      status: 'active',
      createdAt: new Date(nowMillis).toISOString(),
    },
  };
};
