import { CollectorError } from '../errors/index.js';
import type { ApiKey, MetaStore, Role } from '../meta/index.js';
import type { Admission, Denied, Permission, Principal } from './admission.js';
import { hashOfKey, isSameHash, type MadeKey, mintKey, type NewKey, type RandomBytes } from './api-key.js';
import { credentialOf } from './credential.js';
import { keylessObjection, type KeylessRequest } from './keyless-guard.js';
import { openKnownKeys } from './known-keys.js';
import { isLoopbackHost } from './loopback.js';
import { openSharedKeys, type SharedKeysOptions } from './shared-keys.js';

export type AccessRequest = KeylessRequest;
export type AccessOutcome = { readonly status: 'allowed'; readonly principal: Principal } | Denied;

export interface AccessOptions {
  readonly metaStore: MetaStore;
  /** Null: nobody else changes the keys of the store. */
  readonly shared: SharedKeysOptions | null;
  /** The address that the collector listens on. */
  readonly host: string;
  /** An admin key of the configuration, beside those of the store. */
  readonly adminKey: string | null;
  readonly allowOrigins: readonly string[];
  /** Asked after the key was found good; see `Admission`. */
  readonly admissions: readonly Admission[];
  readonly now: () => number;
  readonly randomBytes: RandomBytes;
}

export interface Access {
  /**
   * `off`: no key was ever made and none is configured. Changes with the first key, at once; where keys are shared and
   * another collector made it, at the next look at them. While nothing is known of the keys it is `keys`.
   */
  mode(): 'off' | 'keys';
  /** Decides before the body is read; STORE_UNAVAILABLE where the meta store would have to be asked and is away. */
  readonly check: (request: AccessRequest, need: Permission) => Promise<AccessOutcome>;
  createKey(wanted: NewKey): Promise<MadeKey>;
  listKeys(): Promise<readonly ApiKey[]>;
  /** By hash, hint, or the key itself; null: none or more than one fits. */
  revokeKey(named: string): Promise<ApiKey | null>;
  /** Keys ever made, at most 10,000; null: not known, while the store is away. */
  keyCount(): number | null;
  close(): void;
}

export type AccessStart =
  | { readonly status: 'ready'; readonly access: Access }
  /** The collector must not start; the message says how to cure it. */
  | { readonly status: 'refused'; readonly message: string };

const CACHED_KEYS = 10_000;
const KEYLESS: Principal = Object.freeze({ project: null, environment: null, role: 'admin', keyId: null });
const CONFIGURED: Principal = Object.freeze({ project: null, environment: null, role: 'admin', keyId: 'configured' });

const may = (role: Role, need: Permission): boolean => role === 'admin' || role === need;
const denied = (code: Denied['code'], message: string): Denied => ({ status: 'denied', code, message });

const KEYS_UNKNOWN = {
  ...denied('STORE_UNAVAILABLE', "whether a key is needed can't be told while the store of keys is away"),
  retryAfterSeconds: 5,
};

const principalOf = ({ project, environment, role, hint }: ApiKey): Principal => ({
  project,
  environment,
  role,
  keyId: hint,
});

export const createAccess = async (options: AccessOptions): Promise<AccessStart> => {
  const { metaStore, shared, host, adminKey, allowOrigins, admissions, now, randomBytes } = options;
  const keys =
    shared === null
      ? await openKnownKeys(metaStore, CACHED_KEYS)
      : await openSharedKeys(metaStore, CACHED_KEYS, shared);
  const adminHash = adminKey === null ? null : hashOfKey(adminKey);
  const isLoopback = isLoopbackHost(host);
  const isKeyless = (): boolean => adminHash === null && keys.count() === 0;
  // That there are no keys may be learned late, where the store was away at the start.
  const mode = (): 'off' | 'keys' => (isKeyless() && isLoopback ? 'off' : 'keys');

  if (isKeyless() && !isLoopback) {
    keys.close();
    return {
      status: 'refused',
      message:
        `listening on ${host}, beyond this machine, needs a key: make one with ` +
        '`noveum-collector keys create --project P --env prod --role admin`, or set NOVEUM_COLLECTOR_ADMIN_KEY_FILE or NOVEUM_COLLECTOR_ADMIN_KEY',
    };
  }

  const findKey = async (hash: string): Promise<ApiKey | Denied | null> => {
    try {
      return await keys.find(hash);
    } catch (error) {
      if (!(error instanceof CollectorError) || error.code !== 'STORE_UNAVAILABLE') throw error;
      const { message, retryAfterSeconds = KEYS_UNKNOWN.retryAfterSeconds } = error;
      return { ...denied('STORE_UNAVAILABLE', message), retryAfterSeconds };
    }
  };

  const identify = async (request: AccessRequest): Promise<Principal | Denied> => {
    const credential = credentialOf(request.headers);
    // Perhaps none is needed.
    if (credential === null && adminHash === null && keys.count() === null) return KEYS_UNKNOWN;
    if (credential === null)
      return denied(
        'UNAUTHORIZED',
        'a key is needed: send it as Authorization: Bearer, as x-api-key, or as the password of Basic',
      );
    const hash = hashOfKey(credential);
    if (adminHash !== null && isSameHash(hash, adminHash)) return CONFIGURED;
    const key = await findKey(hash);
    if (key !== null && 'code' in key) return key;
    if (key === null || !isSameHash(key.hash, hash)) return denied('UNAUTHORIZED', 'the key is not known');
    if (key.status === 'revoked') return denied('UNAUTHORIZED', 'the key has been revoked');
    if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now())
      return denied('UNAUTHORIZED', 'the key has expired');
    return principalOf(key);
  };

  const admit = async (principal: Principal, need: Permission): Promise<AccessOutcome> => {
    for (const ask of admissions) {
      const outcome = await ask(principal, need);
      if (outcome.status === 'denied') return outcome;
    }
    return { status: 'allowed', principal };
  };

  const access: Access = {
    mode,
    check: async (request, need) => {
      if (mode() === 'off') {
        const objection = keylessObjection(request, allowOrigins);
        return objection === null ? admit(KEYLESS, need) : denied('FORBIDDEN', objection);
      }
      const found = await identify(request);
      if ('status' in found) return found;
      if (!may(found.role, need))
        return denied('FORBIDDEN', `a key with the role ${found.role} may not do this: it needs ${need}`);
      return admit(found, need);
    },
    createKey: async (wanted) => {
      const made = mintKey(wanted, randomBytes, now());
      await metaStore.addKey(made.key);
      await keys.refresh();
      return made;
    },
    listKeys: () => metaStore.listKeys(),
    revokeKey: async (named) => {
      const key = (await metaStore.revokeKey(named)) ?? (await metaStore.revokeKey(hashOfKey(named)));
      await keys.refresh();
      return key;
    },
    keyCount: () => keys.count(),
    close: () => {
      keys.close();
    },
  };
  return { status: 'ready', access };
};
