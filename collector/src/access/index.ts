export {
  type Access,
  type AccessOptions,
  type AccessOutcome,
  type AccessRequest,
  type AccessStart,
  createAccess,
} from './access.js';
export type { Admission, AdmissionOutcome, Denied, Permission, Principal } from './admission.js';
export type { MadeKey, NewKey, RandomBytes } from './api-key.js';
export type { RequestHeaders } from './credential.js';
export { isLoopbackHost } from './loopback.js';
export type { KeptCopy, KeyLookUp, KeysCopy, SharedKeysOptions } from './shared-keys.js';
