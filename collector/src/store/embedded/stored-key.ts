const HEX_KEY = /^(?:[0-9a-f]{2})+$/;
const MAX_HEX_KEY = 64;

/** Trace keys are kept as bytes where they are hex, which most are: half the size in row and index. */
export const toStoredKey = (key: string): Buffer | string =>
  key.length <= MAX_HEX_KEY && HEX_KEY.test(key) ? Buffer.from(key, 'hex') : key;

export const fromStoredKey = (stored: Uint8Array | string): string =>
  typeof stored === 'string' ? stored : Buffer.from(stored).toString('hex');
