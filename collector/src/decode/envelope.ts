import { isObject } from './native/field-rules.js';

/** The packed bytes of `{"compressed":true,"data":"<base64 of gzip>"}`; null: no envelope; `broken`: not base64. */
export const readEnvelope = (value: unknown): Buffer | 'broken' | null => {
  if (!isObject(value) || value['compressed'] !== true) return null;
  const data = value['data'];
  if (typeof data !== 'string' || data.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(data)) return 'broken';
  return Buffer.from(data, 'base64');
};
